using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Relay;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Fast.Proxy.Policies.Runs;

/// <summary>
/// Answers <c>GET /v1/runs/{id}</c>: how a run of the caller's own key stands, or of the key that the operator names. A run that is not in memory
/// is looked for in the ledger.
/// </summary>
internal static class RunAnswer
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the answer.</summary>
    /// <returns>False: the exchange goes no further.</returns>
    public static async ValueTask<bool> WriteAsync(Exchange exchange)
    {
        if (exchange.Asked.IdLength == 0)
            return exchange.Fail(Fault.RunUnknown, "");
        if (RunOwner.Find(exchange) is not { } key)
            return false;

        string id = Uri.UnescapeDataString(Encoding.ASCII.GetString(exchange.Head.Path[^exchange.Asked.IdLength..]));
        byte[] body;
        if (key.Runs.TryFind(Encoding.UTF8.GetBytes(id), out RunState? run))
        {
            // A run that was named again and has not spent since: what it spent before is in the ledger alone.
            IReadOnlyList<StoredBudget> stored = IsOpen(run) ? [] : await exchange.Snapshot.Ledger.ReadAsync(run.Account.Path);
            body = Render((Run: run, Stored: stored), static (json, one) => WriteState(json, one.Run, one.Stored));
        }
        else
        {
            string path = key.Runs.PathOf(id);
            RunLookup found = await exchange.Snapshot.Ledger.FindRunAsync(path);
            IReadOnlyList<StoredBudget> stored = await exchange.Snapshot.Ledger.ReadAsync(path);
            if (found.Run is null && stored.Count == 0)
                return exchange.Fail(Fault.RunUnknown, id);
            body = Render((Id: id, found.Run, Stored: stored), static (json, run) => WriteStored(json, run.Id, run.Run, run.Stored));
        }

        AnswerHead.WriteOwn(exchange, 200, body.Length, []);
        if (exchange.Head.Method != HttpMethod.Head)
            exchange.Output.Write(body);
        return false;
    }

    private static bool IsOpen(RunState run)
    {
        foreach (BudgetState budget in run.Account.Budgets)
        {
            if (budget.Current is not { IsOpen: true })
                return false;
        }

        return true;
    }

    private static void WriteState(Utf8JsonWriter json, RunState run, IReadOnlyList<StoredBudget> stored)
    {
        json.WriteString("id", run.Id);
        json.WriteString("object", "run");
        json.WriteString("parent", run.Parent?.Id);
        json.WriteNumber("depth", run.Depth);
        json.WriteNumber("begun_at", run.BegunAt / 1000);
        json.WriteNumber("last_used_at", run.LastUsedAt / 1000);
        json.WriteNumber("under_way", Math.Max(0, run.UnderWay));
        WriteTotals(json, run.Requests, run.ToolCalls, run.Tokens, run.Cost);
        json.WriteStartArray("budgets");
        foreach (BudgetState budget in run.Account.Budgets)
        {
            if (budget.Current is { IsOpen: true } window)
                WriteBudget(json, budget.Unit, budget.Limit, (window.Settled, window.Forfeited), window.Reserved);
            else
                WriteBudget(json, budget.Unit, budget.Limit, UsedOf(stored, budget.Unit), 0);
        }

        json.WriteEndArray();
    }

    private static (long Settled, long Forfeited) UsedOf(IReadOnlyList<StoredBudget> stored, BudgetUnit unit)
    {
        foreach (StoredBudget budget in stored)
        {
            if (budget.Unit == unit)
                return (budget.Settled, budget.Forfeited);
        }

        return default;
    }

    private static void WriteStored(Utf8JsonWriter json, string id, StoredRun? run, IReadOnlyList<StoredBudget> stored)
    {
        json.WriteString("id", id);
        json.WriteString("object", "run");
        long begunAt = run?.BegunAt ?? long.MaxValue;
        foreach (StoredBudget budget in stored)
            begunAt = Math.Min(begunAt, budget.OpenedAt);

        // A store of an earlier version has the budgets of a run, and nothing else of it.
        if (run is not null)
            json.WriteString("parent", run.Parent);
        json.WriteNumber("begun_at", begunAt / 1000);
        if (run is not null)
        {
            json.WriteNumber("last_used_at", run.LastUsedAt / 1000);
            WriteTotals(json, run.Requests, run.ToolCalls, run.Tokens, run.Cost);
        }

        json.WriteStartArray("budgets");
        foreach (StoredBudget budget in stored)
            WriteBudget(json, budget.Unit, null, (budget.Settled, budget.Forfeited), 0);
        json.WriteEndArray();
    }

    private static void WriteTotals(Utf8JsonWriter json, long requests, long toolCalls, long tokens, long cost)
    {
        json.WriteNumber("requests", requests);
        json.WriteNumber("tool_calls", toolCalls);
        json.WriteNumber("tokens", tokens);
        WriteAmount(json, "cost_usd", cost, BudgetUnit.Usd);
    }

    private static void WriteBudget(Utf8JsonWriter json, BudgetUnit unit, long? limit, (long Settled, long Forfeited) used, long reserved)
    {
        long spent = used.Settled + used.Forfeited;
        json.WriteStartObject();
        json.WriteString("unit", AccountNames.Of(unit));
        if (limit is { } most)
        {
            WriteAmount(json, "limit", most, unit);
            WriteAmount(json, "remaining", Math.Max(0, most - spent - reserved), unit);
        }

        WriteAmount(json, "spent", spent, unit);

        // What nobody can account for: else the budget and the run's cost would contradict each other.
        if (used.Forfeited > 0)
            WriteAmount(json, "forfeited", used.Forfeited, unit);
        WriteAmount(json, "reserved", reserved, unit);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, string name, long amount, BudgetUnit unit)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(AmountText.Of(amount, unit), skipInputValidation: true);
    }

    private static byte[] Render<T>(T run, Action<Utf8JsonWriter, T> write)
    {
        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body, s_options);
        json.WriteStartObject();
        write(json, run);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }
}
