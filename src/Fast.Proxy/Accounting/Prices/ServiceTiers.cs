using System;
using Fast.Wire.Json;

namespace Fast.Proxy.Accounting.Prices;

/// <summary>How soon, and for how much, a provider serves answers: one such service, or several of which one will be that of the answer.</summary>
[Flags]
public enum ServiceTiers : byte
{
    /// <summary>Nobody has said.</summary>
    None = 0,

    /// <summary>As everybody is served.</summary>
    Plain = 1,

    /// <summary>Later, and cheaper.</summary>
    Flex = 2,

    /// <summary>Ahead of others, for more.</summary>
    Priority = 4,

    /// <summary>Any of them.</summary>
    Any = Plain | Flex | Priority,
}

/// <summary>
/// What <c>service_tier</c> means, by OpenAI's reference of chat completions and responses: <c>flex</c> and <c>priority</c> may be served
/// plainly when there is no room; <c>auto</c>, which is what a request says that says nothing, is served as the project is set to, which the
/// provider knows alone. The answer says how it was served, and that is what is billed.
/// </summary>
internal static class ServiceWords
{
    /// <summary>Room for a word, in bytes; a longer one is none that anybody knows.</summary>
    public const int BytesMax = 64;

    /// <summary>The services that may be billed to a request.</summary>
    /// <param name="value">The value of the member as JSON; empty when it is not there.</param>
    /// <param name="project">How the provider serves requests that leave it to the project; none when that is not known.</param>
    public static ServiceTiers MayServe(ReadOnlySpan<byte> value, ServiceTiers project)
    {
        Span<byte> scratch = stackalloc byte[BytesMax];
        ReadOnlySpan<byte> word = WordOf(value, scratch);
        if (project != ServiceTiers.None && (value.IsEmpty || value.SequenceEqual("null"u8) || word.SequenceEqual("auto"u8)))
            return ServiceTiers.Plain | project;
        if (word.SequenceEqual("flex"u8))
            return ServiceTiers.Plain | ServiceTiers.Flex;
        if (word.SequenceEqual("priority"u8))
            return ServiceTiers.Plain | ServiceTiers.Priority;

        // What is bought ahead, as scale, is served plainly when it is used up.
        return word.SequenceEqual("default"u8) || word.SequenceEqual("scale"u8) ? ServiceTiers.Plain : ServiceTiers.Any;
    }

    /// <summary>The service that a request is billed for whose answer does not say.</summary>
    /// <param name="value">The value of the member as JSON; empty when it is not there.</param>
    /// <param name="project">How the provider serves requests that leave it to the project; none when that is not known.</param>
    public static ServiceTiers Likely(ReadOnlySpan<byte> value, ServiceTiers project)
    {
        ServiceTiers told = Told(value);
        if (told != ServiceTiers.None)
            return told;
        return project == ServiceTiers.None ? ServiceTiers.Plain : project;
    }

    /// <summary>The service that an answer says it got.</summary>
    /// <param name="value">The value of the member as JSON; empty when it is not there.</param>
    /// <returns>None when it does not say: a response that begins repeats the <c>auto</c> of its request.</returns>
    public static ServiceTiers Told(ReadOnlySpan<byte> value)
    {
        Span<byte> scratch = stackalloc byte[BytesMax];
        ReadOnlySpan<byte> word = WordOf(value, scratch);
        if (word.IsEmpty || word.SequenceEqual("auto"u8))
            return ServiceTiers.None;
        if (word.SequenceEqual("flex"u8))
            return ServiceTiers.Flex;
        return word.SequenceEqual("priority"u8) ? ServiceTiers.Priority : ServiceTiers.Plain;
    }

    private static ReadOnlySpan<byte> WordOf(ReadOnlySpan<byte> value, Span<byte> scratch)
    {
        if (value is not [(byte)'"', .., (byte)'"'])
            return [];

        return JsonText.TryUnescape(value[1..^1], scratch, out int written) ? scratch[..written] : [];
    }
}
