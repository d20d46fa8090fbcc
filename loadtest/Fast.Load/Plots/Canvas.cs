using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Fast.Load.Plots;

/// <summary>Where a text stands to its point.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A drawing as SVG. It has no background, and its tones are legible on white and on black.</summary>
internal sealed class Canvas(double width, double height)
{
    /// <summary>For words and axes.</summary>
    public const string Ink = "#7c8794";

    private const double LetterWidth = 0.58;

    private readonly StringBuilder _body = new();

    /// <summary>About how wide a text is drawn.</summary>
    public static double WidthOf(string text, double size) => text.Length * size * LetterWidth;

    public void Text(double x, double y, string text, double size = 12, Anchor anchor = Anchor.Start, bool isBold = false) =>
        _body.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" fill=\"{Ink}\"")
            .Append(anchor == Anchor.Start ? "" : $" text-anchor=\"{(anchor == Anchor.Middle ? "middle" : "end")}\"")
            .Append(isBold ? " font-weight=\"600\">" : ">").Append(Escape(text)).Append("</text>\n");

    /// <summary>A text that runs upwards, centred on its point.</summary>
    public void Upwards(double x, double y, string text, double size = 12) => _body.Append(
        $"<text transform=\"translate({N(x)} {N(y)}) rotate(-90)\" font-size=\"{N(size)}\" fill=\"{Ink}\" text-anchor=\"middle\">")
        .Append(Escape(text)).Append("</text>\n");

    public void Line(double x1, double y1, double x2, double y2, double width = 1, double opacity = 1) => _body.Append(
        $"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{Ink}\"")
        .Append($" stroke-width=\"{N(width)}\" stroke-opacity=\"{N(opacity)}\"/>\n");

    public void Bar(double x, double y, double width, double height, string color) => _body.Append(
        $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0, width))}\" height=\"{N(height)}\" rx=\"1.5\" fill=\"{color}\"/>\n");

    public void Path(IEnumerable<(double X, double Y)> points, string color, bool isDashed) => _body
        .Append($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" stroke-linejoin=\"round\"")
        .Append(isDashed ? " stroke-dasharray=\"5 4\"" : "").Append(" points=\"")
        .AppendJoin(' ', points.Select(static point => $"{N(point.X)},{N(point.Y)}")).Append("\"/>\n");

    public string Finish(string title) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {N(width)} {N(height)}" width="{N(width)}" height="{N(height)}"
             font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" role="img">
        <title>{Escape(title)}</title>
        {_body}</svg>

        """;

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
