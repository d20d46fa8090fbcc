namespace Fast.Load.Targets.Yaml;

/// <summary>Something wrong at a place of a file.</summary>
internal sealed record YamlMistake(int Line, int Column, string Text)
{
    /// <summary>As compilers write it, so that editors find the place.</summary>
    public string In(string file) => $"{file}:{Line}:{Column}: {Text}";
}
