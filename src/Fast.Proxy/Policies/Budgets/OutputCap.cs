using System;
using System.Buffers.Text;
using System.Text.Json;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Wire.Http1;
using Fast.Wire.Json;
using Fast.Wire.Multipart;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>How long an answer may get by what the request says: for one choice, and how many choices there are.</summary>
internal readonly ref struct OutputCap
{
    /// <summary>Most choices of one answer that anybody makes. OpenAI takes 128; servers that are compatible with it may have no limit.</summary>
    private const long ChoicesMax = 1 << 20;

    /// <summary>What a member says that is not there. Less than nothing, as -1, is some servers' word for no limit.</summary>
    private const long Absent = long.MinValue;

    /// <summary>Tokens of one choice; 0 when the request does not say.</summary>
    public long Asked { get; private init; }

    /// <summary>Whether the request asks for no tokens at all, as who wants the prompt's probabilities does.</summary>
    public bool IsNone { get; private init; }

    /// <summary>How many choices.</summary>
    public int Choices { get; private init; }

    /// <summary>Reads it.</summary>
    /// <param name="exchange">The exchange, its intent read.</param>
    /// <param name="cap">What it says.</param>
    /// <returns>False when a member that says it is no number; the exchange then has its fault.</returns>
    public static bool TryRead(Exchange exchange, out OutputCap cap)
    {
        cap = default;
        if (exchange.Intent.Shape == BodyShape.Form)
            return TryReadForm(exchange, ref cap);

        bool isResponses = exchange.Asked.Endpoint!.Stream == StreamKind.Responses;
        long tokens = Absent, other = Absent, choices = 1, best = 1;
        if (isResponses)
        {
            if (!TryRead(exchange, RequestMember.MaxOutputTokens, ref tokens))
                return false;
        }
        else if (!TryRead(exchange, RequestMember.MaxTokens, ref tokens) || !TryRead(exchange, RequestMember.MaxCompletionTokens, ref other)
            || !TryRead(exchange, RequestMember.N, ref choices) || !TryRead(exchange, RequestMember.BestOf, ref best))
        {
            return false;
        }

        // Who sends both is told by most providers to decide; of those that are not so strict, nobody knows which they take.
        long asked = Math.Max(tokens, other);
        cap = new OutputCap
        {
            Asked = Math.Clamp(asked, 0, OpenAiUsage.TokensMax), IsNone = asked == 0, Choices = CountOf(exchange, choices, best),
        };
        return true;
    }

    /// <summary>How many choices a streamed answer has at most, where nothing else of the request is measured.</summary>
    /// <returns><see cref="int.MaxValue"/> when it is the provider's to say what the request means.</returns>
    public static int ChoicesOf(Exchange exchange)
    {
        RequestMemberRanges members = exchange.Intent.Members;
        bool isOne = !members.Has(RequestMember.N) && !members.Has(RequestMember.BestOf) && exchange.Asked.Endpoint!.Stream != StreamKind.Completions;
        long choices = 1, best = 1;
        if (isOne)
            return 1;
        return TryParse(exchange, RequestMember.N, ref choices) && TryParse(exchange, RequestMember.BestOf, ref best)
            ? CountOf(exchange, choices, best) : int.MaxValue;
    }

    private static int CountOf(Exchange exchange, long choices, long best)
    {
        long most = Math.Clamp(Math.Max(choices, best), 1, ChoicesMax);
        if (exchange.Asked.Endpoint!.Stream == StreamKind.Completions)
            most = Math.Min(most * PromptsOf(exchange), ChoicesMax);
        return (int)most;
    }

    /// <summary>How many prompts a request for completions has: each is completed for itself. A list of numbers is one prompt, as tokens.</summary>
    private static long PromptsOf(Exchange exchange)
    {
        if (!exchange.Intent.Members.Has(RequestMember.Prompt))
            return 1;

        Utf8JsonReader reader = new(exchange.Body.Bytes.Span[exchange.Intent.Members.Of(RequestMember.Prompt)], new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
        long prompts = 0;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.StartObject)
                prompts++;
        }

        return Math.Max(prompts, 1);
    }

    private static bool TryReadForm(Exchange exchange, ref OutputCap cap)
    {
        long choices = 1;
        ReadOnlySpan<byte> body = exchange.Body.Bytes.Span;
        exchange.Head.TryFind(HeaderId.ContentType, out ReadOnlySpan<byte> type);
        Range value = default;
        bool isThere = FormField.TryGetBoundary(type, out ReadOnlySpan<byte> boundary)
            && FormField.Find(body, boundary, "n"u8, out value) == FormFind.Found;
        if (isThere && !(Utf8Parser.TryParse(body[value], out choices, out int consumed) && consumed == body[value].Length))
            return exchange.Fail(Fault.LimitNotNumber, RequestMemberNames.Of(RequestMember.N));

        cap = new OutputCap { Choices = (int)Math.Clamp(choices, 1, ChoicesMax) };
        return true;
    }

    private static bool TryRead(Exchange exchange, RequestMember member, ref long value) =>
        TryParse(exchange, member, ref value) || exchange.Fail(Fault.LimitNotNumber, RequestMemberNames.Of(member));

    private static bool TryParse(Exchange exchange, RequestMember member, ref long value)
    {
        if (!exchange.Intent.Members.Has(member))
            return true;

        ReadOnlySpan<byte> text = exchange.Body.Bytes.Span[exchange.Intent.Members.Of(member)];
        if (text.SequenceEqual("null"u8))
            return true;

        return Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length;
    }
}
