using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Load.Compare;

namespace Fast.Load.Plots;

/// <summary>One bar: its value, and how that spread.</summary>
internal sealed record PlotBar(string Target, Spread Value, string Text);

/// <summary>Bars that are compared with each other.</summary>
internal sealed record BarGroup(string Title, IReadOnlyList<PlotBar> Bars);

/// <summary>Groups of horizontal bars, with whiskers from the lowest to the highest round.</summary>
internal static class BarPlot
{
    private const double Width = 760;
    private const double Names = 110;
    private const double Values = 150;
    private const double HeadHeight = 58;
    private const double GroupHead = 30;
    private const double BarHeight = 15;
    private const double Step = 22;
    private const double Foot = 30;

    /// <param name="title">The title of the whole.</param>
    /// <param name="axis">What the bars measure, with the unit.</param>
    /// <param name="groups">The groups, from above.</param>
    /// <param name="palette">The colours.</param>
    /// <param name="isOneScale">Whether bars of different groups may be compared; else each group fills the width.</param>
    public static string? Draw(string title, string axis, IReadOnlyList<BarGroup> groups, Palette palette, bool isOneScale)
    {
        BarGroup[] shown = [.. groups.Where(static group => group.Bars.Any(static bar => !bar.Value.IsNone))];
        if (shown.Length == 0)
            return null;
        Canvas canvas = new(Width, HeadHeight + shown.Sum(static group => GroupHead + group.Bars.Count * Step) + Foot);
        Legend.Draw(canvas, title, palette, isWithReference: false);
        double mostOfAll = shown.Max(MostOf);
        double y = HeadHeight;
        foreach (BarGroup group in shown)
        {
            canvas.Text(16, y + 18, group.Title, 12.5, isBold: true);
            y += GroupHead;
            double scale = (Width - Names - Values) / (isOneScale ? mostOfAll : MostOf(group));
            foreach (PlotBar bar in group.Bars)
            {
                DrawBar(canvas, bar, y, scale, palette);
                y += Step;
            }
            canvas.Line(Names, y - group.Bars.Count * Step - 3, Names, y - 3, opacity: 0.6);
        }
        canvas.Text(Names, y + 18, axis + (isOneScale || shown.Length == 1 ? "" : "; each group has its own scale"), 11);
        return canvas.Finish(title);
    }

    private static double MostOf(BarGroup group) =>
        Math.Max(1e-9, group.Bars.Where(static bar => !bar.Value.IsNone).Max(static bar => bar.Value.High));

    private static void DrawBar(Canvas canvas, PlotBar bar, double y, double scale, Palette palette)
    {
        canvas.Text(Names - 8, y + 12, bar.Target, 12, Anchor.End);
        if (bar.Value.IsNone)
        {
            canvas.Text(Names + 8, y + 12, "no value", 11);
            return;
        }
        canvas.Bar(Names, y, bar.Value.Median * scale, BarHeight, palette.Of(bar.Target));
        double middle = y + BarHeight / 2;
        if (bar.Value.Count > 1)
        {
            (double low, double high) = (Names + bar.Value.Low * scale, Names + bar.Value.High * scale);
            canvas.Line(low, middle, high, middle, width: 1.5);
            canvas.Line(low, middle - 4, low, middle + 4, width: 1.5);
            canvas.Line(high, middle - 4, high, middle + 4, width: 1.5);
        }
        canvas.Text(Names + bar.Value.High * scale + 8, y + 12, bar.Text, 12);
    }
}
