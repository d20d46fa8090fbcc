using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Storage;
using Fast.Gateway.Telemetry;
using Fast.Proxy;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Upstream.Framework;

namespace Fast.Gateway.Hosting;

/// <summary>The process from its configuration to its graceful end: builds the object graph, in order, and keeps it.</summary>
/// <param name="environment">The process's variables.</param>
/// <param name="output">Standard output, for the few lines of a start.</param>
/// <param name="error">Standard error, for everything that went wrong.</param>
internal sealed class GatewayHost(IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error)
{
    /// <summary>How long exchanges that are cut at the end may take to say so: longer than the proxy listens to a caller it has refused.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1.5);

    private readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>Runs until the process is asked to stop.</summary>
    /// <param name="path">The configuration file, or null for what the environment gives.</param>
    /// <param name="stopped">Asks for a graceful stop.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string? path, CancellationToken stopped)
    {
        DateTimeOffset started = _clock.GetUtcNow();
        using StopSignals signals = new(stopped);
        ConfigurationResult read = path is null ? ConfigurationFile.FromEnvironment(environment) : ConfigurationFile.Read(path, environment);
        foreach (ConfigurationProblem problem in read.Problems)
            error.WriteLine(problem);
        if (read.Document is not { } document)
            return 1;

        foreach (string notice in read.Notices)
            error.WriteLine($"note: {notice}");

        bool demo = path is null && document.Providers.Count == 0;
        using StderrLog log = new(error, _clock);
        if (!StateStore.TryOpen(demo ? null : document, _clock, log, error, out SqliteLedger? store))
            return 1;

        await using SqliteLedger? kept = store;
        ILedger ledger = store is null ? NoLedger.Instance : store;
        SnapshotCompiler compiler = new(new TransportPool(document.Server.HttpClient), new AccountBook(), ledger, _clock);
        SnapshotSource snapshots = new(demo
            ? compiler.CompileDemo(new FrameworkTransport(new HttpMessageInvoker(new DemoProvider(_clock))))
            : compiler.Compile(document));
        MetricsPage page = new(CommandLine.Version, started, ledger, ProcessReading.Now);
        using ProxyServer proxy = new(
            snapshots, SnapshotCompiler.Compile(document.Server), _clock, log, new MetricsDoor(page, document.Server.Metrics));
        Certificate? certificate = document.Tls is { } tls ? new Certificate(tls) : null;
        using Listeners? listeners = await ListenAsync(document, proxy, certificate, log);
        if (listeners is null)
            return 1;

        Greet(listeners.Addresses, document, demo);
        using ConfigurationWatch? watch = path is null
            ? null
            : new ConfigurationWatch(path, () => Reload(path, document, compiler, snapshots, ledger, certificate), _clock, error);
        await signals.FirstAsync();
        await StopAsync(listeners, proxy, document.Server.Drain, signals, log);
        return 0;
    }

    private async Task<Listeners?> ListenAsync(FastDocument document, ProxyServer proxy, Certificate? certificate, StderrLog log)
    {
        try
        {
            return await Listeners.StartAsync(document, proxy, certificate, log);
        }
        catch (IOException refused)
        {
            error.WriteLine($"fast: cannot listen at {refused.Message}");
            return null;
        }
    }

    private void Greet(IReadOnlyCollection<string> addresses, FastDocument document, bool demo)
    {
        string first = "";
        foreach (string address in addresses)
        {
            first = first.Length == 0 ? address : first;
            output.WriteLine($"fast {CommandLine.Version} listening on {address}");
        }

        if (demo)
        {
            output.WriteLine("No configuration and no provider's key: serving the built-in model \"demo\". Try it:");
            output.WriteLine();
            output.WriteLine($"  curl -N {first}/v1/chat/completions -H 'content-type: application/json' "
                + "-d '{\"model\":\"demo\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}'");
            output.WriteLine();
        }
        else
        {
            output.WriteLine($"providers: {string.Join(", ", NamesOf(document))}");
            if (document.Keys.Count == 0)
                output.WriteLine("No keys are configured: only callers on this machine are answered.");
        }

        output.Flush();
    }

    private static List<string> NamesOf(FastDocument document)
    {
        List<string> names = [];
        foreach (ProviderDocument provider in document.Providers)
            names.Add(provider.Name.Value);
        return names.Count > 0 ? names : ["none"];
    }

    /// <summary>Reads the file again. A bad one changes nothing and says so; a good one is swapped in whole.</summary>
    private void Reload(string path, FastDocument started, SnapshotCompiler compiler, SnapshotSource snapshots, ILedger ledger, Certificate? certificate)
    {
        ConfigurationResult read = ConfigurationFile.Read(path, environment);
        foreach (ConfigurationProblem problem in read.Problems)
            error.WriteLine(problem);
        if (read.Document is not { } document)
        {
            error.WriteLine($"{path}: not reloaded; the configuration before stays in force.");
            return;
        }

        if (ledger is NoLedger && document.State.Folder is not null && StateStore.HasBudgets(document))
        {
            error.WriteLine($"{path}: not reloaded: it has budgets, and Fast started without a place to write down what is spent. Start anew.");
            return;
        }

        // The certificate first: it is the one thing that can still fail, when its files are replaced at this very moment.
        if (certificate is not null && document.Tls is { } tls)
            certificate.Reload(tls);
        snapshots.Current = compiler.Compile(document);
        compiler.RetireUnused();
        if (!document.Server.Equals(started.Server) || document.State != started.State || !SamePlaces(document, started))
            error.WriteLine($"{path}: note: listen, tls, server and state take effect at the next start.");
        error.WriteLine($"{path}: reloaded.");
    }

    private static bool SamePlaces(FastDocument one, FastDocument other)
    {
        if (one.Listen.Count != other.Listen.Count || one.Tls is null != other.Tls is null)
            return false;

        for (int i = 0; i < one.Listen.Count; i++)
        {
            if (one.Listen[i].Written != other.Listen[i].Written)
                return false;
        }

        return true;
    }

    /// <summary>
    /// Stops accepting and lets exchanges finish. What is left at the deadline tells its callers why it ends, and has a moment for that; then,
    /// or at a second signal, connections are broken off.
    /// </summary>
    private static async Task StopAsync(Listeners listeners, ProxyServer proxy, TimeSpan drain, StopSignals signals, StderrLog log)
    {
        using CancellationTokenSource breakOff = new();
        Task stopping = listeners.StopAsync(breakOff.Token);
        proxy.BeginDrain();
        await stopping.WaitAsync(drain, signals.Second).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopping.IsCompleted)
        {
            proxy.StopExchanges();
            await stopping.WaitAsync(s_lastWords, signals.Second).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await breakOff.CancelAsync();
        }

        await stopping;
        long cut = proxy.Counters.EndedWith(Fault.GatewayStopping) + proxy.Counters.InFlight;
        if (cut > 0)
            HostLog.ExchangesCut(log, cut);
    }
}
