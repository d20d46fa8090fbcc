using System;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;
using Fast.Proxy.Policies;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads <c>server</c>.</summary>
internal static class ServerReader
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;
    private const long GiB = 1024 * MiB;

    private static readonly string[] s_members =
    [
        "head_bytes", "body_bytes", "bodies_bytes", "connections",
        "head_timeout", "body_timeout", "idle_timeout", "write_timeout", "drain", "http_client", "sockets", "metrics",
    ];

    /// <summary>Reads the limits of the front door.</summary>
    public static ServerDocument Read(ReadingContext context, YamlNode node)
    {
        ServerDocument unset = ServerDocument.Default;
        Members? members = Members.Of(context, node, "`server`", s_members);
        if (members is null)
            return unset;

        TimeSpan least = TimeSpan.FromMilliseconds(100);
        TimeSpan hour = TimeSpan.FromHours(1);
        ServerDocument server = new()
        {
            HeadBytes = (int)Measures.Size(context, members, "head_bytes", unset.HeadBytes, KiB, MiB),
            BodyBytes = Measures.Size(context, members, "body_bytes", unset.BodyBytes, KiB, GiB),
            BodiesBytes = Measures.Size(context, members, "bodies_bytes", unset.BodiesBytes, KiB, 1024 * GiB),
            Connections = Measures.Count(context, members, "connections", unset.Connections, 1, 1_000_000),
            HeadTimeout = Measures.Duration(context, members, "head_timeout", unset.HeadTimeout, least, TimeSpan.FromMinutes(10)),
            BodyTimeout = Measures.Duration(context, members, "body_timeout", unset.BodyTimeout, least, hour),
            IdleTimeout = Measures.Duration(context, members, "idle_timeout", unset.IdleTimeout, least, TimeSpan.FromDays(1)),
            WriteTimeout = Measures.Duration(context, members, "write_timeout", unset.WriteTimeout, least, hour),
            Drain = Measures.Duration(context, members, "drain", unset.Drain, TimeSpan.Zero, hour),
            HttpClient = ReadPart(context, members, "http_client", unset.HttpClient),
            Sockets = ReadPart(context, members, "sockets", unset.Sockets),
            Metrics = ReadMetrics(context, members, unset.Metrics),
        };

        // Otherwise a body that is allowed could never be admitted.
        if (server.BodiesBytes < server.BodyBytes)
        {
            YamlNode at = members.TryGet("bodies_bytes", out YamlNode? bodies) ? bodies
                : members.TryGet("body_bytes", out YamlNode? body) ? body : members.At;
            context.Problem(at, $"`bodies_bytes` ({Measures.FormatSize(server.BodiesBytes)}) must be at least "
                + $"`body_bytes` ({Measures.FormatSize(server.BodyBytes)})");
        }

        return server;
    }

    private static PartChoice ReadPart(ReadingContext context, Members members, string name, PartChoice unset)
    {
        if (!members.TryText(context, name, out TextValue text))
            return unset;
        if (PartChoiceNames.TryParse(text.Value, out PartChoice choice))
            return choice;

        context.Problem(text, $"unknown `{name}` {text.Shown}{NearestName.Suggest(text.Written, PartChoiceNames.All)}");
        return unset;
    }

    private static MetricsAccess ReadMetrics(ReadingContext context, Members members, MetricsAccess unset)
    {
        if (!members.TryText(context, "metrics", out TextValue text))
            return unset;
        if (MetricsAccessNames.TryParse(text.Value, out MetricsAccess access))
            return access;

        context.Problem(text, $"unknown `metrics` {text.Shown}{NearestName.Suggest(text.Written, MetricsAccessNames.All)}");
        return unset;
    }
}
