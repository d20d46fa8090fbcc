using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Gateway.Tests.Configuration;
using Fast.Proxy.Accounting.Ledger;
using Xunit;

namespace Fast.Gateway.Tests.Storage.Listing;

public sealed class ExchangesCommandTests : IDisposable
{
    private const string Second =
        """
        {"id":"00000000000000000000000000000002","ended_at":"2026-11-25T12:00:00.000Z","organisation":null,"team":null,"key":"b","run":"+1,2","endpoint":"chat/completions","model":null,"provider":"local","upstream_model":"m","attempts":1,"input_tokens":3,"cache_read_tokens":4,"cache_write_tokens":5,"cache_write_hour_tokens":6,"audio_input_tokens":7,"output_tokens":8,"reasoning_tokens":9,"audio_output_tokens":10,"cost_usd":1.000000001,"estimated":true,"priced":false,"status":200,"decision":"budget_exceeded","own_us":12,"whole_us":null}

        """;

    private readonly TestStore _test = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _test.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("--key", "b")]
    [InlineData("--run", "+1,2")]
    [InlineData("--id", "00000000000000000000000000000002")]
    [InlineData("--since", "2026-11-25")]
    public async Task An_exchange_is_found_and_told_whole(params string[] arguments)
    {
        await FillAsync();
        Assert.Equal(0, await InvokeAsync(arguments));
        Assert.Equal(Second, _output.ToString());
    }

    [Theory]
    [InlineData("--key", "c")]
    [InlineData("--key", "a", "--run", "+1,2")]
    [InlineData("--until", "2026-11-19")]
    public async Task What_is_not_there_is_an_empty_list(params string[] arguments)
    {
        await FillAsync();
        Assert.Equal(0, await InvokeAsync(arguments));
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task Csv_has_the_same_members()
    {
        await FillAsync();
        Assert.Equal(0, await InvokeAsync("--csv"));
        Assert.Equal(
            "id,ended_at,organisation,team,key,run,endpoint,model,provider,upstream_model,attempts,input_tokens,cache_read_tokens,cache_write_tokens,"
            + "cache_write_hour_tokens,audio_input_tokens,output_tokens,reasoning_tokens,audio_output_tokens,cost_usd,estimated,priced,status,decision,own_us,whole_us\r\n"
            + "00000000000000000000000000000001,2026-11-20T00:00:00.000Z,,,a,,chat/completions,,,,0,0,0,0,0,0,0,0,0,0.000000000,false,false,0,,0,0\r\n"
            + "00000000000000000000000000000002,2026-11-25T12:00:00.000Z,,,b,\"'+1,2\",chat/completions,,local,m,1,3,4,5,6,7,8,9,10,1.000000001,true,false,200,budget_exceeded,12,\r\n",
            _output.ToString());
    }

    [Theory]
    [InlineData(1, "substr(bytes, 1, length(bytes) - 1)", "A block of the store is damaged.")]
    [InlineData(2, "substr(bytes, 1, length(bytes) - 1)", "A block of the store is damaged.")]
    [InlineData(2, "x'01'", "It has 0.")]
    [InlineData(3, "x'63'", "A block of the store has a format that this version of Fast does not know.")]
    [InlineData(3, "x''", "A block of the store is damaged.")]
    public async Task A_block_that_cannot_be_read_is_told_and_the_others_are_printed(int block, string bytes, string why)
    {
        for (int i = 0; i < 3; i++)
            await FillAsync();
        string[] whole = await LinesAsync();
        _test.Execute($"UPDATE block SET bytes = {bytes} WHERE id = {block}");
        Assert.Equal(1, await InvokeAsync());
        Assert.Equal(
            $"Block {block} is left out, with 2 exchanges that ended from 2026-11-20T00:00:00.000Z to 2026-11-25T12:00:00.000Z: {why}\n", _error.ToString());
        Assert.Equal([.. whole[..(2 * (block - 1))], .. whole[(2 * block)..]], _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // Who does not ask for that time does not miss it.
        Assert.Equal(0, await InvokeAsync("--until", "2026-11-01"));
    }

    [Theory]
    [InlineData("--csv")]
    [InlineData("--key", "a")]
    public async Task Lines_go_out_in_few_pieces(params string[] arguments)
    {
        const int records = 2000;
        await using (SqliteLedger ledger = _test.Open())
        {
            for (ulong i = 0; i < records; i++)
                Put(ledger, _test.Record(i));
        }

        // Standard output is not buffered: each piece is a call of the system.
        using CountingWriter counting = new();
        CommandLine commandLine = new(static (_, _) => Task.FromResult(7), Yamls.Variables(), counting, _error);
        Assert.Equal(0, await commandLine.InvokeAsync(["exchanges", "--state", _test.Folder, .. arguments], CancellationToken.None));
        Assert.InRange(counting.Lines, records, records + 1);
        Assert.InRange(counting.Pieces, 1, records / 10);
    }

    private async Task<string[]> LinesAsync()
    {
        Assert.Equal(0, await InvokeAsync());
        string text = _output.ToString();
        _output.GetStringBuilder().Clear();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task FillAsync()
    {
        await using SqliteLedger ledger = _test.Open();
        Put(ledger, _test.Record(1) with { EndedAt = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() });
        Put(ledger, _test.Record(2) with
        {
            Key = "b", Run = "+1,2", Provider = "local", UpstreamModel = "m", Attempts = 1, Cost = 1_000_000_001, Estimated = true, Status = 200,
            Decision = "budget_exceeded", OwnMicroseconds = 12, WholeMicroseconds = -1,
            Usage = new()
            {
                Input = 3, CacheRead = 4, CacheWrite = 5, CacheWriteHour = 6, AudioInput = 7, Output = 8, Reasoning = 9, AudioOutput = 10,
            },
        });
    }

    private static void Put(SqliteLedger ledger, in LedgerRecord record)
    {
        Assert.True(ledger.TryTakePlace());
        ledger.Record(in record);
    }

    private Task<int> InvokeAsync(params string[] arguments)
    {
        CommandLine commandLine = new(static (_, _) => Task.FromResult(7), Yamls.Variables(), _output, _error);
        return commandLine.InvokeAsync(["exchanges", "--state", _test.Folder, .. arguments], CancellationToken.None);
    }

    private sealed class CountingWriter : TextWriter
    {
        public int Pieces { get; private set; }

        public int Lines { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Count([value]);

        public override void Write(string? value) => Count(value);

        public override void Write(ReadOnlySpan<char> buffer) => Count(buffer);

        private void Count(ReadOnlySpan<char> text)
        {
            Pieces++;
            Lines += text.Count('\n');
        }
    }
}
