namespace Fast.Wire.Sse;

/// <summary>Where one event stands among the bytes that an <see cref="SseEventReader"/> was given. All places are offsets in bytes.</summary>
public struct SseEvent
{
    /// <summary>The first byte.</summary>
    public int Start;

    /// <summary>Behind the last byte, the empty line included.</summary>
    public int End;

    /// <summary>The first byte of the data: behind <c>data:</c> and one optional space. Of the first data line when there are several.</summary>
    public int DataStart;

    /// <summary>Behind the last byte of the data, the line's end not included.</summary>
    public int DataEnd;

    /// <summary>The first byte of the event's name; the last <c>event:</c> line counts.</summary>
    public int NameStart;

    /// <summary>Behind the last byte of the event's name; the same as <see cref="NameStart"/> when it has none.</summary>
    public int NameEnd;

    /// <summary>Whether there is a data line. Comments between empty lines have none.</summary>
    public bool HasData;

    /// <summary>Whether there are several data lines, whose values mean one text with line feeds between them.</summary>
    public bool HasManyDataLines;

    /// <summary>Whether an empty line ends it. What stands behind the last empty line has none.</summary>
    public bool IsWhole;
}
