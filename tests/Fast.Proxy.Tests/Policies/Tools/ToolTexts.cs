using System;
using System.Collections.Generic;
using System.Text;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Loops;
using Fast.Proxy.Policies.Tools.Walking;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

/// <summary>What the walks find in a text, as lines.</summary>
internal static class ToolTexts
{
    /// <summary>A key for hashes of calls.</summary>
    public static readonly UInt128 Key = new(0x0123456789ABCDEF, 0xFEDCBA9876543210);

    /// <summary>Reads a body as the intent stage does, and finds what is about tools.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ToolMembers members)
    {
        IntentSection intent = default;
        Fault fault = OpenAiIntent.ReadJson(body, ref intent, out _);
        members = ToolMembers.Of(body, intent.Members);
        return fault == Fault.None;
    }

    /// <summary>A rule of lists.</summary>
    public static ToolRule Rule(string? allow, string deny = "", ToolMode mode = ToolMode.Refuse, params ArgumentSpec[] arguments)
    {
        string[] denied = deny.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ToolRule? rule = ToolRule.Compile(new ToolRuleSpec(allow?.Split(' ', StringSplitOptions.RemoveEmptyEntries), denied, arguments, mode), out string? problem);
        Assert.Null(problem);
        return rule!;
    }

    /// <summary>Each offer as its kind, its name (<c>?</c> when not understood), a star when it is hosted.</summary>
    public static List<string> Offers(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(TryRead(bytes, out ToolMembers members));
        RequestTools tools = new(bytes, members, new byte[OfferReview.ScratchBytes]);
        List<string> found = [];
        while (tools.Next())
        {
            ToolOffer offer = tools.Current;
            found.Add($"{offer.Kind} {(offer.IsUnderstood ? Encoding.UTF8.GetString(offer.Name) : "?")}{(offer.IsHosted ? "*" : "")}");
        }

        return found;
    }

    /// <summary>Each call of an answer as its position, name and arguments.</summary>
    public static List<string> Answered(string answer)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(answer);
        Assert.True(JsonScan.IsValid(bytes));
        AnswerTools tools = new(bytes, new byte[bytes.Length + ToolSpelling.NameBytesMax]);
        List<string> found = [];
        while (tools.Next())
            found.Add(Line(tools.Current));
        return found;
    }

    /// <summary>Each call of a request's history as its position, name and arguments.</summary>
    public static List<string> Told(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        HistoryTools tools = History(bytes, new byte[bytes.Length + ToolSpelling.NameBytesMax]);
        List<string> found = [];
        while (tools.Next())
            found.Add(Line(tools.Current));
        return found;
    }

    public static HistoryTools History(byte[] body, byte[] scratch)
    {
        Assert.True(TryRead(body, out ToolMembers members));
        return new HistoryTools(body, in members, scratch);
    }

    public static UInt128 Hash(string name, string arguments) =>
        ToolCallHash.Of(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(arguments), Key);

    private static string Line(ToolCall call) =>
        $"{call.Position} {(call.IsUnderstood ? Encoding.UTF8.GetString(call.Name) : "?")}{(call.IsHosted ? "*" : "")} {Encoding.UTF8.GetString(call.Arguments)}";
}
