using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads <c>keys</c>.</summary>
internal sealed class KeysReader
{
    /// <summary>Shortest key that may be written in clear, in characters. A shorter one could be guessed, and is refused.</summary>
    public const int KeyLengthMin = 8;

    /// <summary>Longest key, in characters. A longer one is refused.</summary>
    public const int KeyLengthMax = 1024;

    private const int NameBytesMax = 128;

    private static readonly string[] s_members = ["name", "key", "key_sha256", "models"];
    private static readonly string[] s_refusedMembers = ["budget", "limits", "tools", "run", "expires"];

    private readonly ReadingContext _context;
    private readonly ProviderSet _providers;
    private readonly HashSet<string> _models;
    private readonly Dictionary<string, int> _lineOfName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _nameOfHash = new(StringComparer.Ordinal);

    /// <summary>Prepares to read keys that may use these providers and models.</summary>
    public KeysReader(ReadingContext context, ProviderSet providers, IEnumerable<string> models)
    {
        _context = context;
        _providers = providers;
        _models = new HashSet<string>(models, StringComparer.Ordinal);
    }

    /// <summary>Reads every key of the section.</summary>
    public IReadOnlyList<KeyDocument> Read(YamlNode node)
    {
        // `keys:` with nothing below would open the gateway to every loopback caller, which nobody writes on purpose.
        if (node is not ListNode { Items.Count: > 0 } list)
        {
            _context.Problem(node, "`keys` takes a list of keys; leave it out to accept loopback callers without a key");
            return [];
        }

        List<KeyDocument> keys = [];
        foreach (YamlNode item in list.Items)
        {
            if (ReadOne(item) is { } key)
                keys.Add(key);
        }

        return keys;
    }

    private KeyDocument? ReadOne(YamlNode node)
    {
        if (Members.Of(_context, node, "a key", s_members, s_refusedMembers) is not { } members)
            return null;

        Located<string>? name = ReadName(members);
        IReadOnlyList<Located<string>>? models = ReadModels(members);
        (Secret? key, byte[]? hash) = ReadKey(members);
        if (name is null || hash is null)
            return null;

        if (!_nameOfHash.TryAdd(Convert.ToHexString(hash), name.Value.Value))
        {
            ScalarNode at = members.KeyOf(key is null ? "key_sha256" : "key");
            string other = _nameOfHash[Convert.ToHexString(hash)];
            _context.Problem(at, $"key {Quote.Text(name.Value.Value)} is the same as key {Quote.Text(other)}");
        }

        return new KeyDocument { Name = name.Value, Key = key, KeySha256 = hash, Models = models };
    }

    private Located<string>? ReadName(Members members)
    {
        if (!members.TryGet("name", out _))
            _context.Problem(members.At, "a key needs `name`, by which logs and refusals call it");

        if (!members.TryText(_context, "name", out TextValue text))
            return null;

        string name = text.Value;
        if (Encoding.UTF8.GetByteCount(name) > NameBytesMax || name.Any(char.IsControl))
            _context.Problem(text, $"a key's `name` is at most {NameBytesMax} bytes long, without control characters");
        else if (!_lineOfName.TryAdd(name, text.Line))
            _context.Problem(text, $"a key named {text.Shown} is already given at line {_lineOfName[name]}");
        return new Located<string>(name, text.Line, text.Column);
    }

    private (Secret? Key, byte[]? Hash) ReadKey(Members members)
    {
        bool hasKey = members.TryGet("key", out _);
        if (members.TryGet("key_sha256", out _) == hasKey)
        {
            YamlNode at = hasKey ? members.KeyOf("key_sha256") : members.At;
            _context.Problem(at, hasKey ? "a key has either `key` or `key_sha256`, not both" : "a key needs `key` or `key_sha256`");
            return default;
        }

        if (!hasKey)
            return members.TryText(_context, "key_sha256", out TextValue hex) ? (null, ParseHash(hex)) : default;

        if (!members.TryText(_context, "key", out TextValue key))
            return default;

        if (key.Value.Length is >= KeyLengthMin and <= KeyLengthMax && key.Value.All(c => c is > ' ' and < '\x7f'))
            return (new Secret(key.Value), SHA256.HashData(Encoding.ASCII.GetBytes(key.Value)));

        _context.Problem(key, $"`key` must be {KeyLengthMin} to {KeyLengthMax} visible ASCII characters, without blanks");
        return default;
    }

    private byte[]? ParseHash(TextValue hex)
    {
        if (hex.Value.Length == 2 * SHA256.HashSizeInBytes && hex.Value.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(hex.Value);

        // Not shown: people put the key itself here.
        _context.Problem(hex, $"`key_sha256` must be the SHA-256 of the key as {2 * SHA256.HashSizeInBytes} hexadecimal digits");
        return null;
    }

    private List<Located<string>>? ReadModels(Members members)
    {
        if (!members.TryGet("models", out YamlNode? node))
            return null;

        List<Located<string>> patterns = [];
        // Nothing written must not come to mean everything allowed.
        if (node is not ListNode { Items.Count: > 0 } list)
        {
            _context.Problem(node, "the `models` of a key takes a list of names and patterns; leave it out to allow all");
            return patterns;
        }

        foreach (YamlNode item in list.Items)
        {
            if (_context.TryText(item, "an entry of `models`", out TextValue text) && IsPattern(text))
                patterns.Add(new Located<string>(text.Value, text.Line, text.Column));
        }

        return patterns;
    }

    private bool IsPattern(TextValue text)
    {
        int star = text.Value.IndexOf('*');
        if (star >= 0 && star != text.Value.Length - 1)
        {
            _context.Problem(text, $"{text.Shown}: `*` may stand only at the end of a pattern");
            return false;
        }

        bool matches = star < 0 ? MatchesExactly(text.Value) : MatchesPrefix(text.Value[..star]);
        if (!matches)
            _context.Problem(text, $"{text.Shown} matches no model and no provider{Suggestion(text)}");
        return matches;
    }

    private bool MatchesExactly(string name)
    {
        int slash = name.IndexOf('/');
        return _models.Contains(name)
            || (slash > 0 && slash < name.Length - 1 && _providers.Has(name[..slash]));
    }

    // A provider's models are not known here, so a prefix that goes beyond `provider/` is taken to match some of them.
    private bool MatchesPrefix(string prefix) =>
        prefix.Length == 0
        || _models.Any(model => model.StartsWith(prefix, StringComparison.Ordinal))
        || _providers.Names.Any(name => (name + "/").StartsWith(prefix, StringComparison.Ordinal)
            || prefix.StartsWith(name + "/", StringComparison.Ordinal));

    private string Suggestion(TextValue text) =>
        NearestName.Suggest(text.Written, _models.Concat(_providers.Names.Select(name => name + "/*")));
}
