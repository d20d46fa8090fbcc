using System;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads <c>routing</c>, and the part of it that may stand on one model.</summary>
internal static class RoutingReader
{
    /// <summary>Members of the contract's <c>routing</c> that this version refuses.</summary>
    public static readonly string[] Refused = ["retries", "set_aside"];

    /// <summary>Reads the defaults of every model.</summary>
    public static RoutingDocument Read(ReadingContext context, YamlNode node)
    {
        Members? members = Members.Of(context, node, "`routing`", ["timeouts"], Refused);
        return members is not null && members.TryGet("timeouts", out YamlNode? timeouts)
            ? new RoutingDocument(ReadTimeouts(context, timeouts, TimeoutsDocument.Default))
            : RoutingDocument.Default;
    }

    /// <summary>Reads timeouts over the ones that hold where nothing is written.</summary>
    public static TimeoutsDocument ReadTimeouts(ReadingContext context, YamlNode node, TimeoutsDocument unset)
    {
        Members? members = Members.Of(context, node, "`timeouts`", ["connect", "first_token", "between_tokens", "total"]);
        if (members is null)
            return unset;

        TimeSpan least = TimeSpan.FromMilliseconds(10);
        TimeSpan hour = TimeSpan.FromHours(1);
        return new TimeoutsDocument
        {
            Connect = Measures.Duration(context, members, "connect", unset.Connect, least, TimeSpan.FromMinutes(5)),
            FirstToken = Measures.Duration(context, members, "first_token", unset.FirstToken, least, hour),
            FirstTokenWritten = unset.FirstTokenWritten || members.TryGet("first_token", out _),
            BetweenTokens = Measures.Duration(context, members, "between_tokens", unset.BetweenTokens, least, hour),
            Total = Measures.Duration(context, members, "total", unset.Total, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
        };
    }
}
