using System;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Limits;

public sealed class LimitHoldTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void Rates_are_taken_of_every_account_or_of_none()
    {
        AccountState team = Account(AccountKind.Team, new Rate(10, Hour), new Rate(1000, Hour));
        AccountState key = Account(AccountKind.Key, new Rate(2, Hour), new Rate(500, Hour));
        long now = SteadyClock.NowNs;
        Assert.True(Hold(team, key).TryTakeRates(100, now));
        LimitHold second = Hold(team, key);
        Assert.False(second.TryTakeRates(450, now));
        Assert.Equal((key, LimitKind.Tokens), (second.Refused, second.RefusedKind));
        Assert.InRange(second.WaitNs, 1, Hour * 1_000_000);
        Assert.Equal((9, 900, 1, 400), Remaining(team, key, now));

        LimitHold third = Hold(team, key);
        Assert.False(third.TryTakeRates(501, now));
        Assert.Equal(-1, third.WaitNs);
        Assert.True(Hold(team, key).TryTakeRates(0, now));
        LimitHold fourth = Hold(team, key);
        Assert.False(fourth.TryTakeRates(0, now));
        Assert.Equal((key, LimitKind.Requests), (fourth.Refused, fourth.RefusedKind));
        Assert.Equal((8, 900, 0, 400), Remaining(team, key, now));

        // One that took nothing has nothing to give back.
        fourth.Settle(-1);
        Assert.Equal((8, 900, 0, 400), Remaining(team, key, now));
    }

    [Fact]
    public void Settling_corrects_the_tokens_or_gives_all_back_once()
    {
        AccountState key = Account(AccountKind.Key, new Rate(2, Hour), new Rate(500, Hour));
        long now = SteadyClock.NowNs;
        LimitHold hold = Hold(key);
        Assert.True(hold.TryTakeRates(100, now));
        hold.Settle(300);
        hold.Settle(300);
        Assert.Equal((1, 200), (key.Limits.Requests!.RemainingAt(now), key.Limits.Tokens!.RemainingAt(now)));
        hold.CountOn(key);
        Assert.True(hold.TryTakeRates(100, now));
        hold.Settle(-1);
        Assert.Equal((1, 200), (key.Limits.Requests!.RemainingAt(now), key.Limits.Tokens!.RemainingAt(now)));
    }

    [Fact]
    public async Task Places_are_taken_of_every_account_or_of_none()
    {
        AccountState team = Account(AccountKind.Team, parallel: 3, queue: TimeSpan.FromSeconds(30));
        AccountState key = Account(AccountKind.Key, parallel: 1);
        LimitHold first = Hold(team, key);
        Assert.True(first.TryTakePlaces());
        Assert.True(first.TryTakePlaces());
        Assert.Equal((1, 1), Used(team, key));
        LimitHold second = Hold(team, key);
        Assert.False(second.TryTakePlaces());
        Assert.Equal((key, LimitKind.Parallel, false), (second.Refused, second.RefusedKind, second.MayWait));
        Assert.False(await second.WaitForPlacesAsync(default));
        Assert.Equal((1, 1), Used(team, key));
        first.Settle(0);
        Assert.True(second.TryTakePlaces());
        second.Settle(-1);
        second.Settle(-1);
        Assert.Equal((0, 0), Used(team, key));
    }

    [Fact]
    public async Task Whoever_may_wait_gets_the_place_that_comes_free()
    {
        AccountState team = Account(AccountKind.Team, parallel: 2, queue: TimeSpan.FromSeconds(30));
        AccountState key = Account(AccountKind.Key, parallel: 1, queue: TimeSpan.FromSeconds(30));
        LimitHold first = Hold(team, key);
        Assert.True(first.TryTakePlaces());
        LimitHold second = Hold(team, key);
        Assert.False(second.TryTakePlaces());
        Assert.True(second.MayWait);
        Task<bool> waiting = second.WaitForPlacesAsync(default).AsTask();
        // Whoever waits for the key's place does not take one of the team's from others meanwhile.
        Assert.Equal((1, 1), Used(team, key));
        first.Settle(0);
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal((1, 1), Used(team, key));
        second.Settle(0);
        Assert.Equal((0, 0), Used(team, key));
    }

    [Fact]
    public void A_limit_that_a_reload_takes_away_is_still_given_back()
    {
        AccountState key = Account(AccountKind.Key, parallel: 1);
        Slots slots = key.Limits.Parallel!;
        LimitHold hold = Hold(key);
        Assert.True(hold.TryTakePlaces());
        key.Limits.Update(null, null, null, TimeSpan.Zero);
        hold.Settle(0);
        Assert.Equal(0, slots.Used);
    }

    private static AccountState Account(AccountKind kind, Rate? requests = null, Rate? tokens = null, int? parallel = null, TimeSpan queue = default)
    {
        AccountState account = TestPolicy.Account(kind);
        account.Limits.Update(requests, tokens, parallel, queue);
        return account;
    }

    private static LimitHold Hold(params AccountState[] accounts)
    {
        LimitHold hold = new();
        foreach (AccountState account in accounts)
            hold.CountOn(account);
        return hold;
    }

    private static (long, long, long, long) Remaining(AccountState one, AccountState other, long now) =>
        (one.Limits.Requests!.RemainingAt(now), one.Limits.Tokens!.RemainingAt(now), other.Limits.Requests!.RemainingAt(now), other.Limits.Tokens!.RemainingAt(now));

    private static (int, int) Used(AccountState one, AccountState other) => (one.Limits.Parallel!.Used, other.Limits.Parallel!.Used);
}
