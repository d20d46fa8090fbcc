using System;
using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents.Accounts;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class AccountReaderTests
{
    [Fact]
    public void A_key_without_more_is_an_open_account()
    {
        AccountDocument account = Accounts.Good("disabled: false, unpriced: refuse, metadata: ");
        Assert.Empty(account.Budgets);
        Assert.Empty(account.Metadata);
        Assert.Equal(AccountDocument.Open, account with { Budgets = AccountDocument.Open.Budgets, Metadata = AccountDocument.Open.Metadata });
    }

    [Theory]
    [InlineData("2027-01-31", "2027-01-31T00:00:00Z")]
    [InlineData("2027-01-31T18:30:15Z", "2027-01-31T18:30:15Z")]
    [InlineData("2027-01-31T18:30Z", "2027-01-31T18:30:00Z")]
    [InlineData("2027-01-31T18:30:15+02:00", "2027-01-31T16:30:15Z")]
    [InlineData("2027-01-31T18:30-01:00", "2027-01-31T19:30:00Z")]
    [InlineData("2028-02-29", "2028-02-29T00:00:00Z")]
    public void An_end_is_read_in_utc(string text, string moment)
    {
        DateTimeOffset? expires = Accounts.Good($"expires: {text}").ExpiresAt;
        Assert.Equal(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), expires);
        Assert.Equal(TimeSpan.Zero, expires!.Value.Offset);
    }

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("2027-02-29")]
    [InlineData("31.01.2027")]
    [InlineData("2027-01-31T18:30:15")]
    [InlineData("2027-01-31 18:30:15Z")]
    [InlineData("1801420200")]
    public void What_is_no_end_is_refused(string text) => Assert.Equal(
        $"4:12: `expires`: `{text}` is not a day or a moment; write it like `2027-01-31` or, with its time zone, `2027-01-31T18:00:00Z`",
        Accounts.Problem($"expires: {text}"));

    [Fact]
    public void An_end_in_the_past_is_worth_a_line()
    {
        const string Before = "keys:\n- { name: a, key: sk-team-a, expires: ";
        Assert.Equal("`expires` at line 2 is in the past, so what it stands on is refused",
            Assert.Single(Yamls.Read(Before + "2001-01-01 }\n").Notices));
        Assert.Empty(Yamls.Read(Before + "9999-12-31 }\n").Notices);
    }

    [Fact]
    public void Notes_flags_and_the_word_on_prices_are_read()
    {
        AccountDocument account = Accounts.Good("disabled: true, unpriced: allow, metadata: { owner: bob, cost_centre: \"42\", from: env:NOTE }", "NOTE=x");
        Assert.True(account.Disabled);
        Assert.True(account.AllowsUnpriced);
        Assert.Equal([new("owner", "bob"), new("cost_centre", "42"), new KeyValuePair<string, string>("from", "x")], account.Metadata);
    }

    [Theory]
    [InlineData("disabled: yes", "4:13: `disabled` is `yes`; it must be `true` or `false`")]
    [InlineData("disabled: ", "4:13: `disabled` has no value")]
    [InlineData("unpriced: alow", "4:13: unknown `unpriced` `alow`; did you mean `allow`?")]
    [InlineData("unpriced: true", "4:13: unknown `unpriced` `true`; known here: `refuse`, `allow`")]
    [InlineData("expires: ", "4:12: `expires` has no value")]
    [InlineData("metadata: bob", "4:13: `metadata` takes members (`name: value`), not one value")]
    [InlineData("metadata: { '': x }", "4:15: a name in `metadata` is 1 to 128 bytes long, without control characters")]
    [InlineData("metadata: { owner: }", "4:22: `owner` of `metadata` has no value")]
    [InlineData("metadata: { owner: [bob] }", "4:22: `owner` of `metadata` takes one value, not a list")]
    [InlineData("metadata: { owner: \"a\\nb\" }", "4:22: a value in `metadata` is at most 1024 bytes long, without control characters")]
    [InlineData("budgets: 1 USD", "4:3: unknown member `budgets` in a key; did you mean `budget`?")]
    public void A_wrong_member_is_one_problem_with_its_place(string yaml, string problem) => Assert.Equal(problem, Accounts.Problem(yaml));

    [Fact]
    public void Notes_have_a_longest()
    {
        string name = new('n', 128);
        string value = new('v', 1024);
        Assert.Equal([KeyValuePair.Create(name, value)], Accounts.Good($"metadata: {{ {name}: {value} }}").Metadata);
        Assert.Equal("4:15: a name in `metadata` is 1 to 128 bytes long, without control characters", Accounts.Problem($"metadata: {{ {name}n: v }}"));
        Assert.Equal("4:18: a value in `metadata` is at most 1024 bytes long, without control characters", Accounts.Problem($"metadata: {{ n: {value}v }}"));
        string many = Accounts.Many(65, "n").Replace(",", ": v,", StringComparison.Ordinal) + ": v";
        Assert.Equal("4:13: `metadata` holds 65 members; at most 64 are allowed", Accounts.Problem($"metadata: {{ {many} }}"));
    }
}
