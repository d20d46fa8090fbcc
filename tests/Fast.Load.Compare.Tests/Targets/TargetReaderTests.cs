using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Load.Compare.Tests.Support;
using Fast.Load.Targets;
using Fast.Load.Targets.Yaml;
using Xunit;

namespace Fast.Load.Compare.Tests.Targets;

public sealed class TargetReaderTests
{
    private const string Whole =
        """
        name: proxy
        requires: [nginx, "${HERE}/file"]
        prepare: [make]
        start: [proxy, --port, "${PORT}"]
        env: { UPSTREAM: "http://127.0.0.1:${UPSTREAM_PORT}" }
        cwd: /
        ready: { path: /health, seconds: 5 }
        request:
          path: /v2/chat
          model: local/${MODEL}
          headers: { authorization: Bearer x, x-a: b }
        processes: worker
        version: [proxy, --version]
        binary: /usr/bin/proxy
        metrics: { path: /m, allocated_bytes: a_total, requests: r_total }
        files:
          a.conf: |
            listen ${PORT}; set $host ${host};
        """;

    [Fact]
    public void Every_member_is_read()
    {
        List<YamlMistake> mistakes = [];
        TargetFile target = TargetReader.Read(Whole, "/here", mistakes)!;
        Assert.Empty(mistakes);
        Assert.Equal(("proxy", "/here", "/", "/health", 5), (target.Name, target.Folder, target.WorkingFolder, target.ReadyPath, target.ReadySeconds));
        Assert.Equal(["nginx", "${HERE}/file"], target.Requires);
        Assert.Equal(["make"], target.Prepare);
        Assert.Equal(["proxy", "--port", "${PORT}"], target.Start);
        Assert.Equal([("UPSTREAM", "http://127.0.0.1:${UPSTREAM_PORT}")], target.Environment);
        Assert.Equal(("/v2/chat", "local/${MODEL}"), (target.Path, target.Model));
        Assert.Equal([("authorization", "Bearer x"), ("x-a", "b")], target.Headers);
        Assert.Equal(["worker"], target.ProcessNames);
        Assert.Equal(["proxy", "--version"], target.Version);
        Assert.Equal("/usr/bin/proxy", target.Binary);
        Assert.Equal(new TargetMetrics("/m", "a_total", "r_total"), target.Metrics);
        Assert.Equal([("a.conf", "listen ${PORT}; set $host ${host};")], target.Files);
        Assert.False(target.IsProvider);
    }

    [Fact]
    public void A_name_alone_is_the_provider() => Assert.True(TargetReader.Read("name: direct", "/", [])!.IsProvider);

    [Theory]
    [InlineData("", "1:1: the file is empty")]
    [InlineData("- a", "1:1: the file is a list; it must be a mapping")]
    [InlineData("start: [x]", "1:1: `name` is missing")]
    [InlineData("name: a b", "1:7: `name` has to be at most 40 letters")]
    [InlineData("name: [a]", "1:7: `name` is a list; it must be one value")]
    [InlineData("name: a\nstrat: [x]", "2:1: `strat` is not known here; known are `request`")]
    [InlineData("name: a\nname: b", "2:1: `name` is already set at line 1")]
    [InlineData("name: a\nstart: [{ x: y }]", "2:9: an item of `start` is a mapping; it must be one value")]
    [InlineData("name: a\nenv: [x]", "2:6: `env` is a list; it must be a mapping")]
    [InlineData("name: a\nenv: { X: [y] }", "2:11: `X` is a list; it must be one value")]
    [InlineData("name: a\nready: { path: health }", "2:16: `path` has to start with `/`")]
    [InlineData("name: a\nready: { seconds: soon }", "2:19: `seconds` is `soon`; it must be a number")]
    [InlineData("name: a\nready: { seconds: 601 }", "2:19: `seconds` has to be from 1 to 600")]
    [InlineData("name: a\nrequest: { modle: x }", "2:12: `modle` is not known here")]
    [InlineData("name: a\nmetrics: { requests: r }", "2:10: `allocated_bytes` is missing")]
    [InlineData("name: a\nfiles: { ../a: x }", "2:8: `../a` has to be a plain file name")]
    [InlineData("name: a\nstart: [x, \"${PROT}\"]", "2:12: ${PROT} stands for nothing; known are ${PORT}")]
    [InlineData("name: a\nstart: [x", "this is not valid YAML")]
    [InlineData("name: &x a\nstart: *x", "2:8: aliases are not read here")]
    [InlineData("name: !y a", "1:7: tags")]
    [InlineData("name: a\n---\nname: b", "2:1: a second document starts here")]
    [InlineData("? [a]\n: b", "1:3: a member's name is a list")]
    public void Every_mistake_is_named_with_its_place(string text, string message)
    {
        List<YamlMistake> mistakes = [];
        Assert.Null(TargetReader.Read(text, "/", mistakes));
        Assert.Contains(message, string.Join('\n', mistakes.Select(static mistake => mistake.In("f.yaml"))), System.StringComparison.Ordinal);
        Assert.All(mistakes, static mistake => Assert.True(mistake.Line > 0 && mistake.Column > 0));
    }

    [Fact]
    public void All_mistakes_are_found_at_once()
    {
        List<YamlMistake> mistakes = [];
        TargetReader.Read("nmae: a\nready: { path: x, seconds: y }", "/", mistakes);
        Assert.Equal(4, mistakes.Count);
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        List<YamlMistake> mistakes = [];
        TargetReader.Read(new string('[', 100) + new string(']', 100), "/", mistakes);
        Assert.Contains("nested deeper", Assert.Single(mistakes).Text, System.StringComparison.Ordinal);
        mistakes.Clear();
        TargetReader.Read("[" + string.Join(',', Enumerable.Repeat("a", 20_000)) + "]", "/", mistakes);
        Assert.Contains("more than", Assert.Single(mistakes).Text, System.StringComparison.Ordinal);
        mistakes.Clear();
        TargetReader.Read(new string('#', 2_000_000), "/", mistakes);
        Assert.Contains("larger than", Assert.Single(mistakes).Text, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Every_shipped_target_is_right_and_named_as_its_file()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "loadtest", "targets"), "*.yaml");
        Assert.Superset(
            new HashSet<string>(["direct", "nginx", "haproxy", "yarp", "fast", "fast-policy", "litellm", "portkey", "bifrost", "agentgateway"]),
            new HashSet<string>(files.Select(static file => Path.GetFileNameWithoutExtension(file))));
        Assert.All(files, static file => Assert.Equal(Path.GetFileNameWithoutExtension(file), TargetFolder.Load(file, null).Name));
    }

    [Fact]
    public void A_target_that_is_not_there_is_named() => Assert.Contains(
        "no target `nobody`", Assert.Throws<InvalidDataException>(static () => TargetFolder.Load("nobody", Repository.Root)).Message,
        System.StringComparison.Ordinal);

    [Fact]
    public void What_a_target_needs_is_looked_for()
    {
        TargetFile target = new() { Name = "a", Folder = Repository.Root, Requires = ["sh", "${HERE}/Fast.sln"] };
        Assert.Null(TargetStart.FindMissing(target));
        Assert.Equal("`no-such-program` is not there", TargetStart.FindMissing(target with { Requires = ["sh", "no-such-program"] }));
        Assert.Equal($"`{Repository.Root}/no" + "` is not there", TargetStart.FindMissing(target with { Requires = ["${HERE}/no"] }));
    }
}
