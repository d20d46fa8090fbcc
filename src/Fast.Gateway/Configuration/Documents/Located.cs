namespace Fast.Gateway.Configuration.Documents;

/// <summary>A value with the place it was written at, so that whoever finds fault with it later can point there.</summary>
/// <param name="Value">The value.</param>
/// <param name="Line">Line in the file, from 1; 0 when the value was not written in a file.</param>
/// <param name="Column">Column in the line, in characters from 1; 0 when the value was not written in a file.</param>
public readonly record struct Located<T>(T Value, int Line, int Column);
