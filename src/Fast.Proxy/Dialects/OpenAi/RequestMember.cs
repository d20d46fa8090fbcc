using System;
using System.Runtime.CompilerServices;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>The members of a request's body that Fast obeys or changes. Each may stand there once, and spelled in one way.</summary>
public enum RequestMember : byte
{
    /// <summary>Any other; it is carried as it is.</summary>
    Other,
    Model,
    Models,
    Stream,
    StreamOptions,
    MaxTokens,
    MaxCompletionTokens,
    MaxOutputTokens,
    N,
    BestOf,
    Tools,
    ToolChoice,
    ParallelToolCalls,
    Functions,
    FunctionCall,
    Messages,
    Input,
    Prompt,
    ServiceTier,
    WebSearchOptions,
    Metadata,
}

/// <summary>Where the members of a body stand: the offsets of their values. One that does not stand there has the range 0..0.</summary>
[InlineArray(Count)]
public struct RequestMemberRanges
{
    /// <summary>How many members there are.</summary>
    public const int Count = (int)RequestMember.Metadata + 1;

    private Range _first;

    /// <summary>Where a member's value stands.</summary>
    public readonly Range Of(RequestMember member) => this[(int)member];

    /// <summary>Whether a member stands there, be it with the value null.</summary>
    public readonly bool Has(RequestMember member) => this[(int)member].End.Value != 0;
}

/// <summary>How the members are called.</summary>
internal static class RequestMemberNames
{
    /// <summary>Finds a member by its exact name.</summary>
    public static RequestMember Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 when name[0] == (byte)'n' => RequestMember.N,
        5 => Of5(name),
        6 => Of6(name),
        7 when name.SequenceEqual("best_of"u8) => RequestMember.BestOf,
        8 => name.SequenceEqual("messages"u8) ? RequestMember.Messages : name.SequenceEqual("metadata"u8) ? RequestMember.Metadata : RequestMember.Other,
        9 when name.SequenceEqual("functions"u8) => RequestMember.Functions,
        10 when name.SequenceEqual("max_tokens"u8) => RequestMember.MaxTokens,
        11 when name.SequenceEqual("tool_choice"u8) => RequestMember.ToolChoice,
        12 when name.SequenceEqual("service_tier"u8) => RequestMember.ServiceTier,
        13 when name.SequenceEqual("function_call"u8) => RequestMember.FunctionCall,
        14 when name.SequenceEqual("stream_options"u8) => RequestMember.StreamOptions,
        17 when name.SequenceEqual("max_output_tokens"u8) => RequestMember.MaxOutputTokens,
        18 when name.SequenceEqual("web_search_options"u8) => RequestMember.WebSearchOptions,
        19 when name.SequenceEqual("parallel_tool_calls"u8) => RequestMember.ParallelToolCalls,
        21 when name.SequenceEqual("max_completion_tokens"u8) => RequestMember.MaxCompletionTokens,
        _ => RequestMember.Other,
    };

    /// <summary>The name of a member, for messages.</summary>
    public static string Of(RequestMember member) => member switch
    {
        RequestMember.Model => "model",
        RequestMember.Models => "models",
        RequestMember.Stream => "stream",
        RequestMember.StreamOptions => "stream_options",
        RequestMember.MaxTokens => "max_tokens",
        RequestMember.MaxCompletionTokens => "max_completion_tokens",
        RequestMember.MaxOutputTokens => "max_output_tokens",
        RequestMember.N => "n",
        RequestMember.BestOf => "best_of",
        RequestMember.Tools => "tools",
        RequestMember.ToolChoice => "tool_choice",
        RequestMember.ParallelToolCalls => "parallel_tool_calls",
        RequestMember.Functions => "functions",
        RequestMember.FunctionCall => "function_call",
        RequestMember.Messages => "messages",
        RequestMember.Input => "input",
        RequestMember.Prompt => "prompt",
        RequestMember.ServiceTier => "service_tier",
        RequestMember.WebSearchOptions => "web_search_options",
        RequestMember.Metadata => "metadata",
        _ => throw new ArgumentOutOfRangeException(nameof(member)),
    };

    private static RequestMember Of5(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("model"u8) ? RequestMember.Model
        : name.SequenceEqual("tools"u8) ? RequestMember.Tools
        : name.SequenceEqual("input"u8) ? RequestMember.Input
        : RequestMember.Other;

    private static RequestMember Of6(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("stream"u8) ? RequestMember.Stream
        : name.SequenceEqual("models"u8) ? RequestMember.Models
        : name.SequenceEqual("prompt"u8) ? RequestMember.Prompt
        : RequestMember.Other;
}
