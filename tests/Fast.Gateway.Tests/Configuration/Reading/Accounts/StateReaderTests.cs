using System.IO;
using Fast.Gateway.Configuration;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class StateReaderTests
{
    [Fact]
    public void A_folder_is_absolute_or_relative_to_the_file()
    {
        Assert.Equal("/var/lib/fast", Folder("state: /var/lib/fast\n"));
        Assert.Equal(Path.GetFullPath("books"), Folder("state: books\n"));
        Assert.Equal("/srv/fast", Folder("state: env:STATE\n", "STATE=/srv/fast"));
        Assert.Equal(Path.GetFullPath("off"), Folder("state: ./off\n"));
        Assert.Null(Folder("state: off\n"));
    }

    [Fact]
    public void The_usual_place_is_the_users()
    {
        Assert.Equal("/s/fast", Folder("", "XDG_STATE_HOME=/s", "HOME=/h"));
        Assert.Equal("/h/.local/state/fast", Folder("", "XDG_STATE_HOME=relative", "HOME=/h"));
        Assert.Equal(Path.GetFullPath("fast-state"), Folder("", "HOME="));
        Assert.Equal("/h/.local/state/fast", ConfigurationFile.FromEnvironment(Yamls.Variables("HOME=/h")).Document!.State.Folder);
    }

    [Theory]
    [InlineData("", "1:7: `state` has no value")]
    [InlineData("[]", "1:8: `state` takes one value, not a list")]
    [InlineData("postgres://fast:secret@db/fast", "1:8: `state` is an address; this version of Fast keeps its state in a folder, and in no database elsewhere")]
    [InlineData("~/fast", "1:8: `state`: `~/fast`: `~` means nothing here; write the path out")]
    [InlineData("\"a\\0b\"", "1:8: `state` is not a path")]
    [InlineData("/etc/hosts", "1:8: `state`: `/etc/hosts` is a file; it takes a folder")]
    public void What_is_no_folder_is_refused(string state, string problem) => Assert.Equal(problem, Yamls.Problem($"state: {state}\n"));

    [Fact]
    public void To_write_nothing_down_is_worth_a_line_where_there_are_budgets()
    {
        const string Keys = "keys: [{ name: a, key: sk-team-a, team: t }]\n";
        Assert.Empty(Yamls.Read("state: off\nteams: { t: }\n" + Keys).Notices);
        Assert.Empty(Yamls.Read("state: /s\nteams: { t: { budget: 1 USD } }\n" + Keys).Notices);
        Assert.Equal("`state: off` writes nothing down, so every start of Fast forgets what was used up of the budgets",
            Assert.Single(Yamls.Read("state: off\nteams: { t: { budget: 1 USD } }\n" + Keys).Notices));
    }

    private static string? Folder(string yaml, params string[] variables) =>
        Yamls.Good("server: { drain: 1s }\n" + yaml, variables).State.Folder;
}
