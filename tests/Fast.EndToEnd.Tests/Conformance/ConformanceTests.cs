using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>The conformance table: one odd request each, through a real socket, with its answer and what becomes of the connection.</summary>
public sealed class ConformanceTests(ConformanceGateway gateway) : IClassFixture<ConformanceGateway>
{
    private const int RowsMin = 80;

    private static readonly Dictionary<string, ConformanceRow> s_rows =
        ((IEnumerable<ConformanceRow>)[.. FramingRows.All, .. HeadRows.All, .. TargetRows.All, .. BodyRows.All]).ToDictionary(static row => row.Name);

    public static TheoryData<string> Names => [.. s_rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task An_odd_request_gets_its_answer(string name) => gateway.OutcomeAsync(name, s_rows, TryAsync);

    private async Task TryAsync(ConformanceRow row)
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(row.Request);
        bool isHead = row.Request.StartsWith("HEAD ", StringComparison.Ordinal);
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection, hasBody: !isHead);
        Assert.Equal((row.Status, row.Code), (answer.Status, CodeOf(answer, isHead)));
        Assert.True(answer.IsWhole);
        Assert.NotEqual("", answer.Field("x-fast-request-id"));
        Assert.Equal(row.Kept ? "" : "close", answer.Field("connection").Replace("keep-alive", "", StringComparison.Ordinal));
        if (row.Kept)
            await ServesAnotherAsync(connection);
        else
            Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public void The_table_is_long() => Assert.InRange(s_rows.Count, RowsMin, int.MaxValue);

    private static async Task ServesAnotherAsync(RawConnection connection)
    {
        await connection.SendAsync(Requests.Models);
        HttpAnswer next = await HttpAnswer.ReadAsync(connection);
        Assert.Equal(200, next.Status);
        Assert.StartsWith("{\"object\":\"list\"", next.Body);
    }

    private static string? CodeOf(HttpAnswer answer, bool isHead)
    {
        if (isHead || answer.Status < 400)
            return null;

        using JsonDocument body = JsonDocument.Parse(answer.Body);
        return body.RootElement.GetProperty("error").GetProperty("code").GetString();
    }
}
