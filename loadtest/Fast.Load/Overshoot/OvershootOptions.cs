using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.IO;
using Fast.Load.Run;

namespace Fast.Load.Overshoot;

/// <summary>The options of the commands that set a crowd on one budget.</summary>
internal sealed class OvershootOptions
{
    private readonly TargetOptions _target = new();
    private readonly Option<int> _streams = new("--streams") { Description = "Callers that stream.", DefaultValueFactory = _ => 500 };
    private readonly Option<int> _calls = new("--calls") { Description = "Callers that do not.", DefaultValueFactory = _ => 500 };
    private readonly Option<string> _provider = new("--provider") { Description = "The fake provider behind it.", DefaultValueFactory = _ => "http://127.0.0.1:8000" };
    private readonly Option<string?> _run = new("--run") { Description = "Run that all belong to, sent as x-fast-run." };
    private readonly Option<int> _tokensMax = new("--max-tokens") { Description = "Limit of tokens that calls and every other stream bring; 0 for none." };
    private readonly Option<string?> _bad = new("--bad-models") { Description = "Models that misbehave, with commas between." };
    private readonly Option<double> _badShare = Share("--bad-share", "How many of a hundred requests ask for one of them, as 3%.");
    private readonly Option<double> _aborts = Share("--aborts", "How many of a hundred streams are hung up on, as 10%.");
    private readonly Option<bool> _warmup = new("--warmup") { Description = "Ask every question once before, in another run, so that the gateway knows the models." };
    private readonly Option<decimal> _budget = Amount("--budget", "The budget in USD.");
    private readonly Option<decimal> _priceIn = Amount("--price-in", "USD for a million tokens of input.");
    private readonly Option<decimal> _priceOut = Amount("--price-out", "USD for a million tokens of output.");

    public Option<FileInfo?> Json { get; } = new("--json") { Description = "File for the result as JSON." };

    public Option<string?> State { get; } = new("--state") { Description = "State folder whose ledger is held against the truth." };

    public Option<string> Fast { get; } = new("--fast")
    {
        Description = "The command fast, for its ledger.",
        DefaultValueFactory = _ => "publish/fast",
    };

    public void AddTo(Command command)
    {
        _target.AddTo(command);
        Option[] options =
        [
            _budget, _priceIn, _priceOut, _streams, _calls, _provider, _run, _tokensMax, _aborts, _bad, _badShare, _warmup, Json, State, Fast,
        ];
        foreach (Option option in options)
            command.Add(option);
    }

    /// <summary>What was asked for; null after saying on the error stream what is wrong with it.</summary>
    public OvershootTask? Read(ParseResult parsed)
    {
        if (_target.Target(parsed) is not { } target)
            return null;
        int streams = parsed.GetValue(_streams), calls = parsed.GetValue(_calls);
        if (streams < 0 || calls < 0 || streams + calls == 0 || parsed.GetValue(_budget) <= 0)
        {
            Console.Error.WriteLine("fastload: there have to be callers, and a budget above 0.");
            return null;
        }
        return new OvershootTask(target, _target.Model(parsed).Split(','), streams, calls)
        {
            Budget = parsed.GetValue(_budget),
            Prices = new TokenPrices(parsed.GetValue(_priceIn), parsed.GetValue(_priceOut)),
            Provider = parsed.GetValue(_provider)!.TrimEnd('/'),
            Key = _target.Key(parsed),
            Run = parsed.GetValue(_run),
            TokensMax = parsed.GetValue(_tokensMax),
            AbortPercent = parsed.GetValue(_aborts),
            Headers = [.. _target.Headers(parsed), ("x-fast-receipt", "true")],
            BadModels = parsed.GetValue(_bad)?.Split(',') ?? [],
            BadPercent = parsed.GetValue(_badShare),
            WarmsUp = parsed.GetValue(_warmup),
            Cpu = _target.Cpu(parsed),
        };
    }

    private static Option<decimal> Amount(string name, string description) => new(name) { Description = description, Required = true };

    private static Option<double> Share(string name, string description) => new(name) { Description = description, CustomParser = Percent };

    private static double Percent(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) || percent > 100)
            result.AddError($"'{text}' is not a share: write for example 10%.");
        return percent;
    }
}

/// <summary>A crowd on one budget.</summary>
internal sealed record OvershootTask(TargetUrl Target, IReadOnlyList<string> Models, int Streams, int Calls)
{
    public decimal Budget { get; init; }
    public TokenPrices Prices { get; init; }
    public required string Provider { get; init; }
    public string? Key { get; init; }
    public string? Run { get; init; }
    public int TokensMax { get; init; }
    public double AbortPercent { get; init; }
    public required IReadOnlyList<(string, string)> Headers { get; init; }
    public IReadOnlyList<string> BadModels { get; init; } = [];
    public double BadPercent { get; init; }
    public bool WarmsUp { get; init; }
    public int? Cpu { get; init; }

    /// <summary>The gateway's base URL.</summary>
    public string Gateway => "http://" + Target.HostPort;

    /// <summary>The crowd. With an admission of its own it asks the provider itself, which then has to say what streams used.</summary>
    public CrowdPlan Plan(CountAfter? admission) => new(Target.Address, Streams, Calls)
    {
        StreamQuestions = Questions(Models, stream: true, admission is not null, Run),
        CallQuestions = Questions(Models, stream: false, asksUsage: false, Run),
        BadStreamQuestions = Questions(BadModels, stream: true, asksUsage: false, Run),
        BadCallQuestions = Questions(BadModels, stream: false, asksUsage: false, Run),
        BadPercent = BadModels.Count > 0 ? BadPercent : 0,
        AbortPercent = AbortPercent,
        Admission = admission,
        Prices = Prices,
    };

    /// <summary>Every question once, in a run of its own.</summary>
    public CrowdPlan WarmupPlan()
    {
        List<Question> streams = Questions(Models, stream: true, asksUsage: true, Run + "-warmup");
        List<Question> calls = Questions(Models, stream: false, asksUsage: false, Run + "-warmup");
        return new CrowdPlan(Target.Address, streams.Count, calls.Count) { StreamQuestions = streams, CallQuestions = calls, AsksOnce = true };
    }

    private List<Question> Questions(IReadOnlyList<string> models, bool stream, bool asksUsage, string? run)
    {
        IReadOnlyList<(string, string)> headers = run is null ? Headers : [.. Headers, ("x-fast-run", run)];
        return CrowdPlan.Questions(Target, models, stream, TokensMax, asksUsage, headers);
    }
}
