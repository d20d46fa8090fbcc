using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Gateway.Tests.Configuration;
using Fast.Proxy.Accounting.Ledger;
using Xunit;

namespace Fast.Gateway.Tests.Storage.Spend;

public sealed class SpendCommandTests : IDisposable
{
    private readonly TestStore _test = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private ulong _id;

    public void Dispose()
    {
        _test.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task A_table_has_its_columns_aligned_and_a_total()
    {
        await FillAsync();
        Assert.Equal(0, await Invoke());
        Assert.Equal(
            """
            key     requests      input  output      cost USD  estimated
            team-a         2  1,234,586      70  1,234.567890      50.0%
            b              1          5       6      0.000001       0.0%
            total          3  1,234,591      76  1,234.567891      33.3%
            1 of these requests used a model without a price and count as 0.

            """,
            _output.ToString());
    }

    [Fact]
    public async Task Json_is_exact()
    {
        await FillAsync();
        Assert.Equal(0, await Invoke("--json", "--by", "team", "--since", "2026-11-01"));
        Assert.Equal(
            """
            {
              "by": "team",
              "since": "2026-11-01T00:00:00.000Z",
              "until": null,
              "rows": [
                {
                  "team": null,
                  "requests": 3,
                  "input_tokens": 1234591,
                  "output_tokens": 76,
                  "cost_usd": 1234.567891123,
                  "estimated_requests": 1,
                  "unpriced_requests": 1
                }
              ],
              "total": {
                "requests": 3,
                "input_tokens": 1234591,
                "output_tokens": 76,
                "cost_usd": 1234.567891123,
                "estimated_requests": 1,
                "unpriced_requests": 1
              }
            }

            """,
            _output.ToString());
    }

    [Fact]
    public async Task Csv_is_quoted_and_no_name_is_a_formula()
    {
        await using (SqliteLedger ledger = _test.Open())
        {
            foreach (string run in new[] { "=1+1", "+1", "-1", "@x", "a,b", "say \"hi\"", "two\r\nlines", "plain" })
                Put(ledger, _test.Record(0) with { Run = run, Provider = run, UpstreamModel = run, Model = run });
            Put(ledger, _test.Record(0));
        }

        Assert.Equal(0, await Invoke("--csv", "--by", "provider"));
        Assert.Equal(
            "provider,requests,input_tokens,output_tokens,cost_usd,estimated_requests,unpriced_requests\r\n"
            + ",1,0,0,0.000000000,0,0\r\n"
            + "'+1,1,0,0,0.000000000,0,0\r\n"
            + "'-1,1,0,0,0.000000000,0,0\r\n"
            + "'=1+1,1,0,0,0.000000000,0,0\r\n"
            + "'@x,1,0,0,0.000000000,0,0\r\n"
            + "\"a,b\",1,0,0,0.000000000,0,0\r\n"
            + "plain,1,0,0,0.000000000,0,0\r\n"
            + "\"say \"\"hi\"\"\",1,0,0,0.000000000,0,0\r\n"
            + "\"two\r\nlines\",1,0,0,0.000000000,0,0\r\n",
            _output.ToString());
    }

    [Theory]
    [InlineData("run", "team-a/nightly")]
    [InlineData("model", "chat")]
    [InlineData("model", "local/llama")]
    [InlineData("provider", "openai")]
    [InlineData("organisation", "acme")]
    [InlineData("day", "2026-11-25")]
    [InlineData("day", "2026-11-20")]
    public async Task Spend_is_grouped_by(string by, string name)
    {
        await FillAsync();
        Assert.Equal(0, await Invoke("--by", by, "--csv"));
        Assert.Contains($"\n{name},", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "--until", "2026-11-21")]
    [InlineData(2, "--since", "2026-11-21")]
    [InlineData(2, "--since", "2026-11-25T12:00Z")]
    [InlineData(0, "--since", "2026-11-25T12:00:01Z")]
    [InlineData(1, "--since", "2026-11-19", "--until", "2026-11-25T13:00:00+01:00")]
    public async Task Spend_is_of_a_span(int requests, params string[] span)
    {
        await FillAsync();
        Assert.Equal(0, await Invoke([.. span, "--json"]));
        int total = _output.ToString().IndexOf("\"total\"", StringComparison.Ordinal);
        Assert.StartsWith($"\"requests\": {requests},", _output.ToString()[total..].Split('\n')[1].Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_may_be_writing()
    {
        await using SqliteLedger ledger = _test.Open();
        Put(ledger, _test.Record(0));
        Assert.True(await ledger.LeaseAsync(_test.Budget(5).At(_test.Clock.Now), 1));
        Assert.Equal(0, await Invoke());
        Assert.Contains("total         1", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_cannot_command_the_terminal()
    {
        await using (SqliteLedger ledger = _test.Open())
            Put(ledger, _test.Record(0) with { Key = "a\u001b[2Jb" });
        Assert.Equal(0, await Invoke());
        Assert.Contains("a?[2Jb", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_it_says_so()
    {
        Assert.Equal(1, await Invoke());
        Assert.Equal($"{_test.Folder}: there is no store: no gateway has kept its state here.\n", _error.ToString());
        Assert.False(Directory.Exists(_test.Folder));
    }

    [Fact]
    public async Task A_store_of_an_earlier_version_is_not_read()
    {
        _test.Execute("PRAGMA user_version = 0");
        Assert.Equal(1, await Invoke());
        Assert.Contains("start the gateway once", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--since", "yesterday")]
    [InlineData("--until", "2026-13-01")]
    [InlineData("--since", "2026-11-02", "--until", "2026-11-01")]
    [InlineData("--since", "1d", "--until", "2d")]
    [InlineData("--by", "mood")]
    [InlineData("--json", "--csv")]
    public async Task What_it_does_not_understand_is_refused(params string[] arguments)
    {
        await FillAsync();
        Assert.Equal(2, await Invoke(arguments));
        Assert.StartsWith("fast: ", _error.ToString());
        Assert.Contains(arguments[^1], _error.ToString());
        Assert.EndsWith("\nTry 'fast spend --help'.\n", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("spend")]
    [InlineData("exchanges")]
    public async Task A_span_that_ends_before_it_begins_is_told(string command)
    {
        CommandLine commandLine = new(static (_, _) => Task.FromResult(7), Yamls.Variables(), _output, _error);
        Assert.Equal(2, await commandLine.InvokeAsync([command, "--since", "2026-11-02", "--until", "2026-11-01"], CancellationToken.None));
        Assert.Equal(
            $"fast: --since 2026-11-02 is after --until 2026-11-01, so nothing can have ended between them.\nTry 'fast {command} --help'.\n",
            _error.ToString());
    }

    [Fact]
    public async Task A_span_of_one_moment_is_empty_and_no_mistake()
    {
        await FillAsync();
        Assert.Equal(0, await Invoke("--since", "2026-11-01", "--until", "2026-11-01", "--csv"));
        Assert.Single(_output.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Json_tells_names_as_they_are()
    {
        await using (SqliteLedger ledger = _test.Open())
            Put(ledger, _test.Record(0) with { Key = "a+b<ü>&\u001b" });
        Assert.Equal(0, await Invoke("--json"));
        Assert.Contains("\"key\": \"a+b<ü>&\\u001B\"", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--json", "--by", "day")]
    [InlineData("--csv", "--by", "model")]
    public async Task A_block_that_cannot_be_read_is_told_and_the_rest_is_added_up(params string[] arguments)
    {
        await FillAsync();
        Assert.Equal(0, await Invoke(arguments));
        string expected = _output.ToString();
        _output.GetStringBuilder().Clear();
        await FillAsync();
        _test.Execute("UPDATE block SET bytes = x'63' WHERE id = 1");
        Assert.Equal(1, await Invoke(arguments));
        Assert.Equal(expected, _output.ToString());
        Assert.StartsWith("Block 1 is left out, with 3 exchanges that ended from 2026-11-20T23:59:59.000Z to ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_usual_folder_is_where_it_looks()
    {
        CommandLine commandLine = new(static (_, _) => Task.FromResult(7), Yamls.Variables($"XDG_STATE_HOME={_test.Folder}"), _output, _error);
        Assert.Equal(1, await commandLine.InvokeAsync(["spend"], CancellationToken.None));
        Assert.StartsWith(Path.Combine(_test.Folder, "fast") + ": there is no store", _error.ToString(), StringComparison.Ordinal);
    }

    private async Task FillAsync()
    {
        await using SqliteLedger ledger = _test.Open();
        LedgerRecord record = _test.Record(0) with { Key = "team-a", Organisation = "acme", Priced = true };
        Put(ledger, record with
        {
            Run = "nightly", Model = "chat", Provider = "openai", UpstreamModel = "gpt-5-mini", Cost = 1_234_567_890_000,
            Usage = new() { Input = 1_234_567, CacheRead = 1, CacheWrite = 2, CacheWriteHour = 4, AudioInput = 5, Output = 10, Reasoning = 20, AudioOutput = 30 },
        });
        Put(ledger, record with
        {
            Provider = "local", UpstreamModel = "llama", Priced = false, Estimated = true, Usage = new() { Input = 7, Output = 10 },
        });
        Put(ledger, record with
        {
            EndedAt = new DateTimeOffset(2026, 11, 20, 23, 59, 59, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            Key = "b", Cost = 1_123, Usage = new() { Input = 5, Output = 6 },
        });
    }

    private void Put(SqliteLedger ledger, LedgerRecord record)
    {
        Assert.True(ledger.TryTakePlace());
        ledger.Record(record with { IdLow = ++_id });
    }

    private Task<int> Invoke(params string[] arguments)
    {
        CommandLine commandLine = new(static (_, _) => Task.FromResult(7), Yamls.Variables(), _output, _error);
        return commandLine.InvokeAsync(["spend", "--state", _test.Folder, .. arguments], CancellationToken.None);
    }
}
