using System;
using System.Text.Json;

namespace Fast.Load.Provider.Requests;

/// <summary>The model's name as text. A connection mostly asks for the same one again, which then costs no new string.</summary>
internal sealed class ModelNames
{
    private byte[] _bytes = [];
    private string _text = "";

    public string? Of(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(_bytes))
            return _text;
        string? text = reader.GetString();
        if (text is null || reader.ValueIsEscaped)
            return text;
        _bytes = reader.ValueSpan.ToArray();
        return _text = text;
    }
}
