using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;

namespace Fast.Proxy.Tests.Leaks;

/// <summary>One way for an exchange to go, well or badly; the connection ends with it.</summary>
/// <param name="RunAsync">What the caller does.</param>
internal sealed record LeakCaller(Func<TestConnection, Task> RunAsync);

/// <summary>All of them.</summary>
internal static class LeakCallers
{
    private const string Head = $"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n{TestRequests.KeyField}";

    public static IReadOnlyList<LeakCaller> All { get; } =
    [
        // Requests that are refused.
        Asks("GET / HTTP/1.1\nHost: a\r\n\r\n"),
        Asks(TestRequests.Chat("""{"model":"mock/ok"}""", "Api-Key: sk-nobody\r\n")),
        Asks("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"),
        Asks(TestRequests.Chat("{")),
        Asks(TestRequests.Chat("""{"model":"nobody"}""")),
        Asks(TestRequests.Chat(new string(' ', 100_000))),
        Asks(Head + "Transfer-Encoding: chunked\r\n\r\nx"),
        Asks(Head + "Content-Le"),
        Asks(Head + "Content-Length: 50\r\n\r\n{\"model\":"),

        // Providers that fail.
        Asks(Model("ok")), Asks(Model("429")), Asks(Model("500")), Asks(Model("401")), Asks(Model("connect")), Asks(Model("closed")),
        Asks(Model("bug")), Asks(Model("hang")), Asks(Model("stuck")), Asks(Model("drop-first")), Asks(Model("silent-first")),
        Asks(TestRequests.Chat("""{"model":"both"}""")),
        Streams("drop"), Streams("drop-long"), Streams("silent"), Streams("huge"),

        // Callers that leave, or break off, or do not read.
        Leaves(Head, reset: false), Leaves(Head, reset: true),
        Leaves(Head + "Content-Length: 50\r\n\r\n{\"model\":", reset: false), Leaves(Head + "Content-Length: 50\r\n\r\n{\"model\":", reset: true),
        Leaves(Model("hang"), reset: false), Leaves(Model("hang"), reset: true),
        LeavesStream("silent", reset: false), LeavesStream("silent", reset: true),
        LeavesStream("huge", reset: false), LeavesStream("huge", reset: true),
        new(static connection => connection.SendAsync(Model("huge"))),
    ];

    private static string Model(string script) => TestRequests.Chat($$"""{"model":"mock/{{script}}","stream":true}""");

    /// <summary>Reads an answer of known length, and leaves when it is there.</summary>
    private static LeakCaller Asks(string request) => new(async connection =>
    {
        await connection.SendAsync(request);
        await connection.ReadToAsync("}");
        connection.Leave();
    });

    /// <summary>Reads to the end of a stream, which is the end of the connection when the stream broke off.</summary>
    private static LeakCaller Streams(string script) => new(async connection =>
    {
        await connection.SendAsync(Model(script));
        await connection.ReadToAsync("\r\n0\r\n\r\n");
        connection.Leave();
    });

    private static LeakCaller Leaves(string request, bool reset) => new(async connection =>
    {
        await connection.SendAsync(request);
        await Task.Yield();
        End(connection, reset);
    });

    private static LeakCaller LeavesStream(string script, bool reset) => new(async connection =>
    {
        await connection.SendAsync(Model(script));
        await connection.ReadToAsync("data: 1\n\n");
        End(connection, reset);
    });

    private static void End(TestConnection connection, bool reset)
    {
        if (reset)
            connection.Reset();
        else
            connection.Leave();
    }
}
