using System;
using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads <c>runs</c>.</summary>
internal static class RunsReader
{
    /// <summary>Most headers that may name a run. At the limit the list is refused.</summary>
    public const int HeadersMax = 16;

    private const int HeaderLengthMax = 64;

    /// <summary>Reads how runs are named and remembered.</summary>
    public static RunsDocument Read(ReadingContext context, YamlNode node)
    {
        RunsDocument unset = RunsDocument.Default;
        if (Members.Of(context, node, "`runs`", ["headers", "max", "idle"]) is not { } members)
            return unset;

        return new RunsDocument
        {
            Headers = ReadHeaders(context, members) ?? unset.Headers,
            Max = Measures.Count(context, members, "max", unset.Max, 1, 1_000_000),
            Idle = Measures.Duration(context, members, "idle", unset.Idle, TimeSpan.FromMinutes(1), TimeSpan.FromDays(90)),
        };
    }

    private static List<string>? ReadHeaders(ReadingContext context, Members members)
    {
        if (!members.TryGet("headers", out YamlNode? node))
            return null;

        List<string> headers = [];
        if (node is not ListNode { Items.Count: > 0 and <= HeadersMax } list)
        {
            context.Problem(node, $"the `headers` of `runs` takes a list of 1 to {HeadersMax} names of headers");
            return headers;
        }

        foreach (YamlNode item in list.Items)
        {
            if (!context.TryText(item, "an entry of `headers`", out TextValue text))
                continue;

            string name = text.Value.ToLowerInvariant();
            if (Fault(name) is { } fault)
                context.Problem(text, $"header {text.Shown} {fault}");
            else if (headers.Contains(name))
                context.Problem(text, $"header {text.Shown} is given twice; header names do not differ by case");
            headers.Add(name);
        }

        return headers;
    }

    private static string? Fault(string name)
    {
        if (!HeadersReader.IsName(name) || name.Length > HeaderLengthMax)
            return $"is not a header name of at most {HeaderLengthMax} characters";
        if (HeadersReader.CarriesCredential(name))
            return "carries a credential, which must not become the name of a run";
        return HeadersReader.BelongsToMessage(name) ? "belongs to the connection or the body and names nothing" : null;
    }
}
