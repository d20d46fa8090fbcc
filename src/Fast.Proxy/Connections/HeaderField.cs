using Fast.Wire.Http1;

namespace Fast.Proxy.Connections;

/// <summary>One header field of a request, as offsets into the head's bytes.</summary>
/// <param name="Id">Which of the fields that Fast knows, or <see cref="HeaderId.Other"/>.</param>
/// <param name="NameStart">Offset of the name.</param>
/// <param name="NameLength">Bytes of the name.</param>
/// <param name="ValueStart">Offset of the value, trimmed.</param>
/// <param name="ValueLength">Bytes of the value.</param>
public readonly record struct HeaderField(HeaderId Id, int NameStart, int NameLength, int ValueStart, int ValueLength);
