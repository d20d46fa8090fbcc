using System.Linq;
using Fast.Load.Compare;

namespace Fast.Load.Plots;

/// <summary>The head of a drawing: its title, and which colour is whose.</summary>
internal static class Legend
{
    public static void Draw(Canvas canvas, string title, Palette palette, bool isWithReference)
    {
        canvas.Text(16, 22, title, 15, isBold: true);
        double x = 16;
        foreach (string name in palette.Names.Where(name => isWithReference || name != CompareRun.Reference))
        {
            string label = name == CompareRun.Reference ? name + " (no gateway)" : name;
            canvas.Bar(x, 36, 18, 5, palette.Of(name));
            canvas.Text(x + 24, 43, label);
            x += 24 + Canvas.WidthOf(label, 12) + 20;
        }
    }
}
