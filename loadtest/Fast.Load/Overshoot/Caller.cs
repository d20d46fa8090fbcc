using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Sockets;

namespace Fast.Load.Overshoot;

/// <summary>One caller: asks again and again until it is refused for good.</summary>
internal sealed class Caller(EventLoop loop, CrowdPlan plan, Tally tally, byte[] buffer, int number)
{
    private const int AbortAfterEventsMax = 60;

    // A caller that only ever meets errors ends, so that a wrong key does not keep the crowd for ever.
    private const int ErrorsInRowMax = 200;

    private static readonly AnswerCheck s_any = new(200, 0, null, 0);

    private readonly Random _random = new(number);
    private readonly AnswerFacts _facts = new();
    private readonly LoopDelay _pause = new(loop);
    private LoopSocket? _socket;
    private bool _isStopped;

    /// <summary>Connects where there is no connection; false when nobody listens.</summary>
    public async ValueTask<bool> ConnectAsync()
    {
        if (_socket is { PeerLeft: true })
            Close();
        if (_socket is not null)
            return true;
        if (_isStopped)
            return false;
        LoopSocket? socket = LoopSocket.Create(loop, plan.Address.AddressFamily, out int error);
        if (socket is not null)
        {
            _socket = socket;
            error = await socket.ConnectAsync(plan.Address);
            if (error == 0)
                return true;
            Close();
        }
        tally.Fail("connect: " + SocketErrors.NameOf(error));
        return false;
    }

    /// <summary>Ends when it is refused for good, stopped, or finds nobody to connect to.</summary>
    public async Task RunAsync(bool isStream)
    {
        int errors = 0;
        while (!_isStopped && errors < ErrorsInRowMax)
        {
            if (plan.Admission is { HasRoom: false })
            {
                tally.Refuse("budget_exceeded", isForGood: true);
                break;
            }
            if (!await ConnectAsync())
                break;
            Question question = Choose(isStream);
            Verdict verdict = await AskAsync(question);
            errors = verdict.Next == NextStep.Again || _facts.Status == 429 ? 0 : errors + 1;
            if (verdict.Next == NextStep.End || plan.AsksOnce)
                break;
            if (verdict.Next == NextStep.Wait && !_isStopped)
                await _pause.UntilAsync(LoopClock.NowNs + (long)verdict.Wait.TotalNanoseconds);
        }
        Close();
    }

    /// <summary>Gives up what is under way.</summary>
    public void Stop()
    {
        _isStopped = true;
        _pause.Interrupt();
        Close();
    }

    private Question Choose(bool isStream)
    {
        bool isBad = _random.NextDouble() * 100 < plan.BadPercent;
        IReadOnlyList<Question> all = isStream ? isBad ? plan.BadStreamQuestions : plan.StreamQuestions
            : isBad ? plan.BadCallQuestions : plan.CallQuestions;
        return all[plan.AsksOnce ? number % all.Count : _random.Next(all.Count)];
    }

    private async ValueTask<Verdict> AskAsync(Question question)
    {
        bool aborts = question.IsStream && _random.NextDouble() * 100 < plan.AbortPercent;
        int abortAfter = aborts ? 1 + _random.Next(AbortAfterEventsMax) : int.MaxValue;
        AnswerReader answer = new(s_any, isStream: false, _facts);
        answer.Begin(null);
        _facts.Begin();
        tally.Sent++;
        LoopSocket socket = _socket!;
        int sent = await socket.SendAsync(question.Request);
        if (sent < 0)
            answer.End(SocketErrors.NameOf(sent));
        while (!answer.IsDone && _facts.TextEvents < abortAfter)
        {
            int received = await socket.ReceiveAsync(buffer);
            if (received > 0)
                answer.Read(buffer.AsSpan(0, received), LoopClock.NowNs);
            else
                answer.End(received < 0 ? SocketErrors.NameOf(received) : null);
        }
        _facts.End();
        if (!answer.IsDone || !answer.KeepsAlive)
            Close();
        return Judge(question, answer);
    }

    private Verdict Judge(Question question, AnswerReader answer)
    {
        tally.Count(question, _facts, answer.IsWhole);
        plan.Admission?.Count(plan.Prices.Cost(Tally.ReceivedOf(question, _facts, answer.IsWhole)));
        if (!answer.IsDone)
        {
            tally.Aborted++;
            return new Verdict(NextStep.Again, default);
        }
        if (!answer.IsWhole)
        {
            // Who is stopped hangs up, which is nobody's error.
            if (!_isStopped)
                tally.Fail(answer.Failure ?? "broken");
            return Verdict.Of(0, null, 0);
        }
        Verdict verdict = Verdict.Of(_facts.Status, _facts.ShouldRetry, _facts.RetryAfter);
        if (_facts.Status == 429)
            tally.Refuse(_facts.Code ?? "429", verdict.Next == NextStep.End);
        else if (_facts.Status != 200)
            tally.Fail($"{_facts.Status} {_facts.Code}");
        else if (_facts.Code is { } code)
            tally.Fail("in a stream: " + code);
        return verdict;
    }

    private void Close()
    {
        LoopSocket? socket = _socket;
        _socket = null;
        socket?.Dispose();
    }
}
