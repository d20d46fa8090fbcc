using System;
using System.Diagnostics;
using System.IO.Pipelines;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Exchanges;

/// <summary>
/// One request and its answer. It belongs to a connection, which has one for life and resets it between requests. Each section is
/// written by the stage it is named after and may be read by every later one.
/// </summary>
public sealed class Exchange
{
    internal Exchange(PipeReader input, PipeWriter output, ConnectionKit kit)
    {
        Kit = kit;
        Output = output;
        Head = new RequestHead(kit.Buffers);
        Body = new RequestBody(input, kit);
        Snapshot = null!;
    }

    /// <summary>The configuration that this exchange keeps to its end.</summary>
    public Snapshot Snapshot { get; private set; }

    /// <summary>Its name, which the caller gets as <c>x-fast-request-id</c>.</summary>
    public RequestId Id { get; private set; }

    /// <summary>The request's head.</summary>
    public RequestHead Head { get; }

    /// <summary>The request's body.</summary>
    public RequestBody Body { get; }

    /// <summary>What the exchange shares with its connection.</summary>
    public ConnectionKit Kit { get; }

    /// <summary>Whether the caller's address is the machine's own.</summary>
    public bool CallerIsLocal { get; internal set; }

    /// <summary>The first bad ending; a later one is only its consequence.</summary>
    public Fault Fault { get; private set; }

    /// <summary>What the fault's message should name, if anything.</summary>
    public string? FaultDetail { get; private set; }

    /// <summary>Why a policy said no, when one did.</summary>
    public Refusal? Refusal { get; private set; }

    internal PipeWriter Output { get; }

    /// <summary>Whose time it was.</summary>
    public OwnTime Time;

    /// <summary>What is asked: written by <see cref="Stages.HeadStage"/>.</summary>
    public AskedSection Asked;

    /// <summary>Who asks: written by <see cref="Stages.AuthenticateStage"/>.</summary>
    public CallerSection Caller;

    /// <summary>What the body says: written by <see cref="Stages.IntentStage"/>.</summary>
    public IntentSection Intent;

    /// <summary>How it was let in: written by <see cref="Stages.AdmitStage"/>.</summary>
    public AdmissionSection Admission;

    /// <summary>Where it may go: written by <see cref="Stages.RouteStage"/>.</summary>
    public RouteSection Route;

    /// <summary>What it may cost there: written by <see cref="Stages.ReserveStage"/>.</summary>
    public ChargeSection Charge;

    /// <summary>What goes there: written by <see cref="Stages.RewriteStage"/>.</summary>
    public OutgoingSection Outgoing;

    /// <summary>What came back: written by <see cref="Stages.SendStage"/>.</summary>
    public ReplySection Reply;

    /// <summary>What was seen of it: written by <see cref="Stages.RelayStage"/>.</summary>
    public MeterSection Meter;

    /// <summary>What the caller got: written by whoever writes to it, first <see cref="Relay.AnswerHead"/>.</summary>
    public AnswerSection Answer;

    /// <summary>Starts anew with the head that was just read.</summary>
    internal void Begin(Snapshot snapshot)
    {
        Snapshot = snapshot;
        Id = RequestId.Next();
        Time.Begin();
        Answer.KeepAlive = Head.KeepAlive;
        Kit.Deadline.BeginExchange(snapshot.Timeouts.TotalMs);
        Kit.Counters.OnBegun();
    }

    /// <summary>
    /// Whether another request may follow on the connection: the caller wants it, and what is left of this one's body is known and short.
    /// </summary>
    internal bool MayKeepAlive =>
        Answer.KeepAlive
        && !Kit.IsDraining
        && Body.IsDrainable
        && Fault is not (Fault.BodyTimeout or Fault.Internal)
        && !(Head.ExpectsContinue && Body.Unread && !Answer.ContinueSent);

    /// <summary>Ends the exchange with a fault, unless it already has one.</summary>
    /// <returns>False, so that a stage can return what this returns.</returns>
    internal bool Fail(Fault fault, string? detail = null)
    {
        Debug.Assert(fault != Fault.None, "A fault has a name.");
        if (Fault == Fault.None)
            (Fault, FaultDetail) = (fault, detail);
        return false;
    }

    /// <summary>Ends the exchange because a policy says no.</summary>
    /// <returns>False, so that a stage can return what this returns.</returns>
    internal bool Refuse(Fault fault, Refusal refusal)
    {
        Refusal = refusal;
        return Fail(fault, refusal.Words);
    }

    /// <summary>Takes pieces out of the body, which is then read anew.</summary>
    /// <param name="cuts">The pieces, in their order; what is left is one JSON object again.</param>
    /// <returns>False when it cannot be read any more; the exchange then has its fault.</returns>
    internal bool CutBody(ReadOnlySpan<ByteRange> cuts)
    {
        Body.Cut(cuts);
        IntentSection before = Intent;
        Intent = new IntentSection { BodyBytes = Body.Bytes.Length, Provider = before.Provider };
        Fault fault = OpenAiIntent.ReadJson(Body.Bytes.Span, ref Intent, out string? detail);
        return fault == Fault.None || Fail(fault, detail);
    }

    /// <summary>Takes a fault back, because another target may still answer or because the first one's fault is the one to tell.</summary>
    internal void SetFault(Fault fault, string? detail) => (Fault, FaultDetail, Refusal) = (fault, detail, null);

    /// <summary>Gives back the memory of what was asked; what was made of it stays.</summary>
    internal void ReleaseQuestion()
    {
        Outgoing = default;
        Body.Release();
        Head.ReleaseFields();
    }

    /// <summary>Gives back what the exchange holds and forgets it.</summary>
    internal void Reset()
    {
        Kit.Deadline.EndExchange();
        Kit.Abort.Renew(Kit.Deadline.TakeHasFired());
        Reply.Response?.Dispose();
        Reply.FirstResponse?.Dispose();
        Kit.Relay.Release();
        Kit.Held.Release(Kit.Buffers);
        Kit.Meter.Release(Kit.Buffers);
        Body.Release();
        Head.Return();
        (Fault, FaultDetail, Refusal) = (Fault.None, null, null);
        Asked = default;
        Caller = default;
        Intent = default;
        Admission = default;
        Route = default;
        Charge = default;
        Outgoing = default;
        Reply = default;
        Meter = default;
        Answer = default;
    }
}
