using System;
using System.Text.Json;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>
/// What a body brings besides text. A part says by its <c>type</c> what it is; some servers (vLLM) also take one that does not say so, by the
/// member that it has, and OpenAI takes an item that is nothing but the <c>id</c> of another.
/// </summary>
internal struct BodyParts
{
    /// <summary>How many pictures.</summary>
    public int Images;

    /// <summary>Whether there is sound.</summary>
    public bool Audio;

    /// <summary>Whether there is something whose size the body does not tell.</summary>
    public bool Hidden;

    private NextValue _next;
    private PartKind _kind;

    /// <summary>Looks at everything.</summary>
    /// <param name="body">The body, the grammar of which was checked.</param>
    public static BodyParts Of(ReadOnlySpan<byte> body)
    {
        BodyParts parts = default;
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
        Span<byte> scratch = stackalloc byte[MemberName.BytesMax];
        Span<Frame> frames = stackalloc Frame[TopLevelReader.DepthMax + 1];
        while (reader.Read())
        {
            int depth = reader.CurrentDepth;
            if (reader.TokenType == JsonTokenType.PropertyName)
                parts.TakeName(MemberName.Of(reader, scratch), ref frames[depth - 1]);
            else if (reader.TokenType == JsonTokenType.EndObject)
                parts.Count(frames[depth]);
            else if (reader.TokenType != JsonTokenType.EndArray)
                parts.TakeValue(reader, frames, scratch);
        }

        return parts;
    }

    /// <summary>Whether a name in a body can begin a list of parts, or one of them.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">The name and its closing quote.</param>
    public static bool MayBringList(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        for (int at = body.IndexOf(name); at >= 0; at = body.IndexOf(name))
        {
            body = body[(at + name.Length)..];
            ReadOnlySpan<byte> rest = body.TrimStart(" \t\r\n:"u8);
            if (!rest.IsEmpty && rest[0] is (byte)'[' or (byte)'{')
                return true;
        }

        return false;
    }

    private void TakeName(scoped ReadOnlySpan<byte> name, ref Frame frame)
    {
        _kind = frame.IsPart ? KindOf(name) : PartKind.None;
        _next = name.SequenceEqual("type"u8) ? NextValue.Type
            : name.SequenceEqual("content"u8) || name.SequenceEqual("input"u8) || name.SequenceEqual("output"u8) ? NextValue.Parts
            : NextValue.Other;
        frame.IsKnown |= name.SequenceEqual("text"u8) || name.SequenceEqual("content"u8) || name.SequenceEqual("role"u8)
            || name.SequenceEqual("refusal"u8) || name.SequenceEqual("stdout"u8);
    }

    private void TakeValue(scoped in Utf8JsonReader reader, scoped Span<Frame> frames, scoped Span<byte> scratch)
    {
        int depth = reader.CurrentDepth;
        Frame outside = depth > 0 ? frames[depth - 1] : default;
        if (reader.TokenType is JsonTokenType.StartObject)
            frames[depth] = new Frame { IsPart = outside.IsList || _next == NextValue.Parts, IsItem = outside.IsList };
        else if (reader.TokenType is JsonTokenType.StartArray)
            frames[depth] = new Frame { IsList = outside.IsList || _next == NextValue.Parts };
        else if (reader.TokenType is JsonTokenType.String && _next == NextValue.Type)
            TakeType(KindOf(MemberName.Of(reader, scratch)), ref frames[depth - 1]);
        if (_kind != PartKind.None && reader.TokenType != JsonTokenType.Null)
            frames[depth - 1].Take(_kind);

        (_next, _kind) = (NextValue.Other, PartKind.None);
    }

    private void TakeType(PartKind kind, ref Frame frame)
    {
        frame.IsKnown = true;
        frame.IsCounted |= kind != PartKind.None;
        Frame one = default;
        one.Take(kind);
        Add(one);
    }

    /// <summary>An object has ended. One that said by its type which part it is has been counted.</summary>
    private void Count(in Frame frame)
    {
        if (!frame.IsPart || frame.IsCounted)
            return;

        Add(frame);
        Hidden |= frame.IsItem && !frame.IsKnown && frame.Images == 0 && !frame.Audio;
    }

    private void Add(in Frame frame)
    {
        Images += frame.Images;
        Audio |= frame.Audio;
        Hidden |= frame.Hidden;
    }

    private static PartKind KindOf(scoped ReadOnlySpan<byte> name) =>
        name.SequenceEqual("image_url"u8) || name.SequenceEqual("input_image"u8) || name.SequenceEqual("image"u8)
            || name.SequenceEqual("computer_screenshot"u8) ? PartKind.Image
        : name.SequenceEqual("input_audio"u8) ? PartKind.Audio
        : name.SequenceEqual("audio_url"u8) ? PartKind.HiddenAudio
        : name.SequenceEqual("file"u8) || name.SequenceEqual("input_file"u8) || name.SequenceEqual("document"u8)
            || name.SequenceEqual("video_url"u8) || name.SequenceEqual("input_video"u8) || name.SequenceEqual("video"u8) ? PartKind.Hidden
        : PartKind.None;

    private enum NextValue : byte
    {
        Other,
        Type,
        Parts,
    }

    private enum PartKind : byte
    {
        None,
        Image,
        Audio,
        HiddenAudio,
        Hidden,
    }

    /// <summary>What is known of one object or list that the reader is in.</summary>
    private struct Frame
    {
        /// <summary>Whether it is a list of parts.</summary>
        public bool IsList;

        /// <summary>Whether it is a part.</summary>
        public bool IsPart;

        /// <summary>Whether it stands in a list of parts.</summary>
        public bool IsItem;

        /// <summary>Whether it has a type, or is text.</summary>
        public bool IsKnown;

        /// <summary>Whether its type has been counted.</summary>
        public bool IsCounted;

        public bool Audio;
        public bool Hidden;
        public int Images;

        public void Take(PartKind kind)
        {
            Images += kind == PartKind.Image ? 1 : 0;
            Audio |= kind is PartKind.Audio or PartKind.HiddenAudio;
            Hidden |= kind is PartKind.Hidden or PartKind.HiddenAudio;
        }
    }
}
