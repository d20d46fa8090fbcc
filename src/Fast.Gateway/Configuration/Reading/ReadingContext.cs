using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>What every reader needs: where problems go, and where <c>env:</c> and <c>file:</c> values come from.</summary>
internal sealed class ReadingContext(ProblemList problems, string folder, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Longest file a <c>file:</c> value may name, in bytes. A longer one is a problem, not a truncated value.</summary>
    public const int ValueFileBytesMax = 64 * 1024;

    /// <summary>Strict UTF-8: bytes that are not text are a problem rather than replacement characters.</summary>
    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<string> _notices = [];

    /// <summary>What is not wrong but worth a line, in the order of reading.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>The variables that <c>env:</c> looks at.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = environment;

    /// <summary>Whether anything was found wrong so far.</summary>
    public bool HasProblems => problems.Any;

    /// <summary>Records a problem at a node.</summary>
    public void Problem(YamlNode at, string message) => problems.Add(at.Line, at.Column, message);

    /// <summary>Records a problem at a value.</summary>
    public void Problem(TextValue at, string message) => problems.Add(at.Line, at.Column, message);

    /// <summary>Records what is not wrong but worth a line at start.</summary>
    public void Notice(string message) => _notices.Add(message);

    /// <summary>Makes a relative path absolute: it is relative to the configuration file, not to where Fast was started.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, folder);

    /// <summary>Reads one value, following <c>env:NAME</c> and <c>file:PATH</c>; never an empty one.</summary>
    /// <param name="node">The node that should hold it.</param>
    /// <param name="what">What it is, for messages: usually the member's name in back-ticks.</param>
    /// <param name="text">The value.</param>
    /// <returns>False when there is no value; the problem is then recorded.</returns>
    public bool TryText(YamlNode node, string what, out TextValue text)
    {
        text = default;
        if (node is not ScalarNode scalar)
        {
            Problem(node, $"{what} takes one value, not {node.Kind}");
            return false;
        }

        if (scalar.IsNull || scalar.Text.Length == 0)
        {
            Problem(node, $"{what} has no value");
            return false;
        }

        string? value = scalar.Text;
        if (value.StartsWith("env:", StringComparison.Ordinal))
            value = Variable(scalar, what, value[4..]);
        else if (value.StartsWith("file:", StringComparison.Ordinal))
            value = FileText(scalar, what, value[5..]);

        if (value is null)
            return false;

        text = new TextValue(value, scalar.Text, scalar.Line, scalar.Column);
        return true;
    }

    private string? Variable(ScalarNode at, string what, string name)
    {
        // The name is shown only if it can be one: after `env:` people also paste the secret itself.
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            Problem(at, $"{what}: after `env:` comes the name of an environment variable: letters, digits and `_`");
            return null;
        }

        if (Environment.TryGetValue(name, out string? value) && value.Length > 0)
            return value;

        Problem(at, $"{what}: the environment variable `{name}` is {(value is null ? "not set" : "empty")}");
        return null;
    }

    private string? FileText(ScalarNode at, string what, string path)
    {
        string shown = Quote.Text("file:" + path);
        try
        {
            string text = StrictUtf8.GetString(ReadBounded(FullPath(path)));
            // One newline, because editors and `echo` end a file with one; more may be meant.
            text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            if (text.Length > 0)
                return text;

            Problem(at, $"{what}: {shown} is empty");
        }
        catch (Exception fault) when (ReadFault(fault) is { } reason)
        {
            Problem(at, $"{what}: {shown} cannot be read: {reason}");
        }

        return null;
    }

    /// <summary>Why a file could not be read, in words; null for an exception that is not about the file.</summary>
    public static string? ReadFault(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "it is a folder or may not be read",
        DecoderFallbackException => "it is not UTF-8 text",
        InvalidDataException tooLong => tooLong.Message,
        IOException or ArgumentException or NotSupportedException => "the system cannot open it",
        _ => null,
    };

    private static byte[] ReadBounded(string path) => ReadBounded(path, ValueFileBytesMax);

    /// <summary>Reads a file whole, but never more than a limit, whatever its length claims to be.</summary>
    /// <exception cref="InvalidDataException">The file is longer than the limit.</exception>
    public static byte[] ReadBounded(string path, int bytesMax)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream bytes = new();
        byte[] buffer = new byte[64 * 1024];
        for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > bytesMax)
                throw new InvalidDataException($"it is longer than {Measures.FormatSize(bytesMax)}");
        }

        return bytes.ToArray();
    }
}
