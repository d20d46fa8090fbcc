using System;
using System.Collections.Generic;
using System.CommandLine;
using Fast.Load.Load;

namespace Fast.Load.Run;

/// <summary>The options of every command that sends chat requests to a URL.</summary>
internal sealed class TargetOptions
{
    private readonly Argument<string> _url = new("URL") { Description = "Target, for example http://127.0.0.1:4000/v1/chat/completions." };
    private readonly Option<string> _model = new("--model") { Description = "Model that is asked for.", DefaultValueFactory = _ => "ok" };
    private readonly Option<string?> _key = new("--key") { Description = "Key, sent as Authorization: Bearer." };
    private readonly Option<bool> _remote = new("--allow-remote") { Description = "Send load to another machine." };
    private readonly Option<int?> _cpu = new("--cpu") { Description = "Stay on this CPU.", CustomParser = Measures.Cpu };

    private readonly Option<(string, string)[]> _headers = new("--header")
    {
        Description = "Further header, as 'name: value'.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Measures.Headers,
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        command.Add(_url);
        foreach (Option option in (Option[])[_model, _key, _headers, _cpu, _remote])
            command.Add(option);
    }

    public string Model(ParseResult parsed) => parsed.GetValue(_model)!;

    public string? Key(ParseResult parsed) => parsed.GetValue(_key);

    public int? Cpu(ParseResult parsed) => parsed.GetValue(_cpu);

    /// <summary>The target; null after saying on the error stream what is wrong with it.</summary>
    public TargetUrl? Target(ParseResult parsed)
    {
        TargetUrl? target = TargetUrl.Parse(parsed.GetValue(_url)!, parsed.GetValue(_remote), out string error);
        if (target is null)
            Console.Error.WriteLine("fastload: " + error);
        return target;
    }

    public byte[] Request(ParseResult parsed, TargetUrl target, int bodyBytes, bool stream) =>
        RequestTemplate.Chat(target.HostPort, target.Path, Model(parsed), bodyBytes, stream, Headers(parsed));

    /// <summary>The headers that were asked for, that of the key first.</summary>
    public List<(string, string)> Headers(ParseResult parsed)
    {
        List<(string, string)> headers = [];
        if (parsed.GetValue(_key) is { } key)
            headers.Add(("authorization", "Bearer " + key));
        headers.AddRange(parsed.GetValue(_headers)!);
        return headers;
    }
}
