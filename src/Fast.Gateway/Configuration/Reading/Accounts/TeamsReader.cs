using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads <c>organisations</c> and <c>teams</c>, and where keys belong to.</summary>
internal sealed class TeamsReader(ReadingContext context, AccountReader accounts)
{
    private static readonly string[] s_teamMembers = ["organisation", .. AccountReader.MemberNames];

    private readonly DeclaredNames _organisations = new(context, "organisation");
    private readonly DeclaredNames _teams = new(context, "team");

    /// <summary>Reads every organisation of the section.</summary>
    public IReadOnlyList<OrganisationDocument> ReadOrganisations(MapNode section)
    {
        List<OrganisationDocument> organisations = [];
        foreach (MapEntry entry in section.Entries)
        {
            Located<string> name = _organisations.Declare(entry.Key);
            string what = $"organisation {Quote.Text(entry.Key.Text)}";
            if (Members.Of(context, entry.Value, what, AccountReader.MemberNames) is { } members)
                organisations.Add(new OrganisationDocument(name, accounts.Read(members, what)));
        }

        return organisations;
    }

    /// <summary>Reads every team of the section, after the organisations.</summary>
    public IReadOnlyList<TeamDocument> ReadTeams(MapNode section)
    {
        List<TeamDocument> teams = [];
        foreach (MapEntry entry in section.Entries)
        {
            Located<string> name = _teams.Declare(entry.Key);
            string what = $"team {Quote.Text(entry.Key.Text)}";
            if (Members.Of(context, entry.Value, what, s_teamMembers) is { } members)
                teams.Add(new TeamDocument(name, _organisations.Use(members), accounts.Read(members, what)));
        }

        return teams;
    }

    /// <summary>Reads where a key belongs to, after the teams.</summary>
    public (Located<string>? Team, Located<string>? Organisation) ReadOwner(Members key)
    {
        (Located<string>? team, Located<string>? organisation) = (_teams.Use(key), _organisations.Use(key));
        if (!key.TryGet("team", out _) || !key.TryGet("organisation", out _))
            return (team, organisation);

        context.Problem(key.KeyOf("organisation"), "a key of a `team` belongs to the team's organisation; leave `organisation` out");
        return (team, null);
    }

    /// <summary>Says which organisations and teams nothing belongs to, after the keys.</summary>
    public void NoticeUnused()
    {
        _organisations.NoticeUnused();
        _teams.NoticeUnused();
    }
}
