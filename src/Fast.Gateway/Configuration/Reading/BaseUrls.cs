using System;
using System.Linq;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Checks a provider's base URL.</summary>
internal static class BaseUrls
{
    private static readonly string[] s_paths = ["/chat/completions", "/completions", "/embeddings", "/responses", "/models"];

    /// <summary>Takes an absolute http or https URL and removes its trailing slashes.</summary>
    /// <returns>Null when it is something else; the problem is then recorded.</returns>
    public static string? Parse(ReadingContext context, TextValue text)
    {
        string url = text.Value;
        if (Fault(url) is { } fault)
        {
            // A URL with a user name holds a password, so it is not shown.
            string shown = url.Contains('@') || text.Written.Contains('@') ? "" : $" {text.Shown}";
            context.Problem(text, $"`base_url`{shown} {fault}");
            return null;
        }

        return url.TrimEnd('/');
    }

    private static string? Fault(string url)
    {
        bool isWeb = url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        bool isClean = url.All(c => c is > ' ' and < '\x7f' and not '\\');
        if (!isWeb || !isClean || !Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            return "is not an absolute http or https URL, such as `https://api.openai.com/v1`";

        string authority = url[(url.IndexOf("//", StringComparison.Ordinal) + 2)..].Split('/', '?', '#')[0];
        if (authority.Contains('@'))
            return "may not hold a user name or password; use `api_key` or `headers`";
        if (url.Contains('?') || url.Contains('#'))
            return "may not hold a query or fragment";

        string path = uri.AbsolutePath.TrimEnd('/');
        return s_paths.FirstOrDefault(end => path.EndsWith(end, StringComparison.Ordinal)) is { } ending
            ? $"goes too far: Fast adds `{ending}` itself, so leave it out" : null;
    }
}
