using System.Collections.Generic;
using System.Linq;

namespace Fast.Gateway.Configuration;

/// <summary>Collects what is wrong with one file.</summary>
internal sealed class ProblemList(string file)
{
    /// <summary>Most problems that are kept; after that one line says that there are more.</summary>
    public const int ProblemsMax = 1000;

    // A set, because a node that aliases show in several places is read, and found wrong, several times.
    private readonly HashSet<ConfigurationProblem> _problems = [];
    private bool _full;

    /// <summary>Whether anything was found.</summary>
    public bool Any => _problems.Count > 0;

    /// <summary>Records a problem at a place.</summary>
    public void Add(int line, int column, string message)
    {
        if (_problems.Count < ProblemsMax)
            _problems.Add(new ConfigurationProblem(file, line, column, message));
        else
            _full = true;
    }

    /// <summary>Records a problem of the file as a whole.</summary>
    public void AddFile(string message) => Add(0, 0, message);

    /// <summary>Everything found, in file order.</summary>
    public IReadOnlyList<ConfigurationProblem> InOrder()
    {
        List<ConfigurationProblem> sorted = [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];
        if (_full)
            sorted.Add(new ConfigurationProblem(file, 0, 0, $"there are more than {ProblemsMax} problems; the rest is not shown"));
        return sorted;
    }
}
