using System;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>
/// The most tokens that a request can be. A token is at least one byte of text, so the body's length bounds what stands in it, the frame that
/// a provider puts around messages included; what does not stand in it is bounded by a published rule, or by what the model takes at all.
/// </summary>
internal static class InputBound
{
    /// <summary>
    /// Most tokens of one picture. OpenAI's dearest rule is that of gpt-4o-mini in high detail: 2,833 and 5,667 for each of up to eight tiles
    /// (its guide to vision). Pictures are settled at what the provider reports.
    /// </summary>
    private const long ImageTokens = 2_833 + (8 * 5_667);

    /// <summary>Slowest sound that is sent to be written down, in bytes for each second: 4 kbit/s, less than any codec for speech makes of it.</summary>
    public const long SoundBytesPerSecondMin = 500;

    /// <summary>Most tokens of a second of sound: OpenAI counts ten, Gemini 32.</summary>
    private const long SoundTokensPerSecond = 32;

    /// <summary>Most tokens of all pictures and text that a picture is made from: sixteen pictures of the dearest size, and the longest text.</summary>
    private const long PictureTokens = (16 * 6_240) + 32_000;

    /// <summary>Input of unknown size is taken for this when it is not known what the model takes at most.</summary>
    private const long HiddenTokens = 2_000_000;

    /// <summary>Tokens that a provider adds to any request.</summary>
    public const long FrameTokens = 16;

    /// <summary>Bounds a request.</summary>
    /// <param name="endpoint">What is asked.</param>
    /// <param name="body">Its body, the grammar of which was checked.</param>
    /// <param name="spells">Whether it spells letters with escapes.</param>
    /// <param name="signs">The signs in it of what is no text.</param>
    /// <param name="price">What is known of the model.</param>
    /// <param name="hasAudio">Whether it brings sound, which has a price of its own.</param>
    public static long Of(Endpoint endpoint, ReadOnlySpan<byte> body, bool spells, TextSigns signs, ModelPrice? price, out bool hasAudio)
    {
        hasAudio = false;
        long text = body.Length + FrameTokens;
        switch (endpoint.Charge)
        {
            case EndpointCharge.Transcription:
                hasAudio = true;
                return Math.Min(text, ((body.Length / SoundBytesPerSecondMin) + 1) * SoundTokensPerSecond);
            case EndpointCharge.Image:
                return Math.Min(text, PictureTokens);
            case not EndpointCharge.Text:
                return text;
        }

        // A search for a word is a hundred times as fast as a walk, and most bodies are text. What is no text says so by its type, or by a member.
        bool isResponse = endpoint.Stream == StreamKind.Responses;
        bool hasTypes = (signs & TextSigns.Type) != TextSigns.None && body.IndexOf("type"u8) >= 0;
        bool mayHaveParts = spells || ((hasTypes || BringsLists(body, isResponse)) && NamesParts(body)) || (isResponse && body.IndexOf("\"id\""u8) >= 0);
        BodyParts parts = mayHaveParts ? BodyParts.Of(body) : default;
        hasAudio = parts.Audio;

        // Nobody spells words letter by letter but who hides them.
        bool hidden = parts.Hidden || (isResponse && (spells || RefersToOthers(body)));
        if (!hidden && parts.Images == 0)
            return text;

        long tokens = text + (hidden ? HiddenTokens : parts.Images * ImageTokens);
        return price is { InputTokensMax: > 0 and int most } ? Math.Max(text, Math.Min(tokens, most)) : tokens;
    }

    private static bool NamesParts(ReadOnlySpan<byte> body) =>
        body.IndexOf("image"u8) >= 0 || body.IndexOf("file"u8) >= 0 || body.IndexOf("audio"u8) >= 0 || body.IndexOf("video"u8) >= 0
        || body.IndexOf("document"u8) >= 0;

    private static bool BringsLists(ReadOnlySpan<byte> body, bool isResponse) =>
        BodyParts.MayBringList(body, "content\""u8)
        || (isResponse && (BodyParts.MayBringList(body, "input\""u8) || BodyParts.MayBringList(body, "output\""u8)));

    private static bool RefersToOthers(ReadOnlySpan<byte> body) =>
        body.IndexOf("previous_response_id"u8) >= 0 || body.IndexOf("conversation"u8) >= 0 || body.IndexOf("item_reference"u8) >= 0
        || body.IndexOf("\"prompt\""u8) >= 0;
}
