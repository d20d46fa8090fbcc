using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Reading.Accounts;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads <c>keys</c>.</summary>
internal sealed class KeysReader
{
    /// <summary>Shortest key that may be written in clear, in characters. A shorter one could be guessed, and is refused.</summary>
    public const int KeyLengthMin = 8;

    /// <summary>Longest key, in characters. A longer one is refused.</summary>
    public const int KeyLengthMax = 1024;

    private static readonly string[] s_members = ["name", "key", "key_sha256", "team", "organisation", .. AccountReader.MemberNames];

    private readonly ReadingContext _context;
    private readonly AccountReader _accounts;
    private readonly TeamsReader _teams;
    private readonly Dictionary<string, int> _lineOfName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _nameOfHash = new(StringComparer.Ordinal);

    /// <summary>Prepares to read keys that may belong to the teams that were read.</summary>
    public KeysReader(ReadingContext context, AccountReader accounts, TeamsReader teams)
    {
        _context = context;
        _accounts = accounts;
        _teams = teams;
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
        if (Members.Of(_context, node, "a key", s_members) is not { } members)
            return null;

        Located<string>? name = ReadName(members);
        AccountDocument account = _accounts.Read(members, "a key");
        (Located<string>? team, Located<string>? organisation) = _teams.ReadOwner(members);
        (Secret? key, byte[]? hash) = ReadKey(members);
        if (name is null || hash is null)
            return null;

        if (!_nameOfHash.TryAdd(Convert.ToHexString(hash), name.Value.Value))
        {
            ScalarNode at = members.KeyOf(key is null ? "key_sha256" : "key");
            string other = _nameOfHash[Convert.ToHexString(hash)];
            _context.Problem(at, $"key {Quote.Text(name.Value.Value)} is the same as key {Quote.Text(other)}");
        }

        return new KeyDocument
        {
            Name = name.Value,
            Key = key,
            KeySha256 = hash,
            Team = team,
            Organisation = organisation,
            Account = account,
        };
    }

    private Located<string>? ReadName(Members members)
    {
        if (!members.TryGet("name", out _))
            _context.Problem(members.At, "a key needs `name`, by which logs and refusals call it");

        if (!members.TryText(_context, "name", out TextValue text))
            return null;

        string name = text.Value;
        // A slash ends it where a run is called by its key's name and its own.
        if (!DeclaredNames.IsName(name) || name.Contains('/'))
            _context.Problem(text, $"a key's `name` is at most {DeclaredNames.NameBytesMax} bytes long, without control characters and `/`");
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

        return hasKey
            ? ReadClear(_context, members, "key") is { } key ? (key, HashOf(key)) : default
            : (null, ReadHash(_context, members, "key_sha256"));
    }

    /// <summary>Reads a key that is written in clear.</summary>
    /// <returns>Null when it was not written, or cannot be one; the problem is then recorded.</returns>
    public static Secret? ReadClear(ReadingContext context, Members members, string member)
    {
        if (!members.TryText(context, member, out TextValue key))
            return null;
        if (key.Value.Length is >= KeyLengthMin and <= KeyLengthMax && key.Value.All(c => c is > ' ' and < '\x7f'))
            return new Secret(key.Value);

        context.Problem(key, $"`{member}` must be {KeyLengthMin} to {KeyLengthMax} visible ASCII characters, without blanks");
        return null;
    }

    /// <summary>Reads the hash of a key.</summary>
    /// <returns>Null when it was not written, or cannot be one; the problem is then recorded.</returns>
    public static byte[]? ReadHash(ReadingContext context, Members members, string member)
    {
        if (!members.TryText(context, member, out TextValue hex))
            return null;
        if (hex.Value.Length == 2 * SHA256.HashSizeInBytes && hex.Value.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(hex.Value);

        // Not shown: people put the key itself here.
        context.Problem(hex, $"`{member}` must be the SHA-256 of the key as {2 * SHA256.HashSizeInBytes} hexadecimal digits");
        return null;
    }

    /// <summary>SHA-256 of a key that was read.</summary>
    public static byte[] HashOf(Secret key) => SHA256.HashData(Encoding.ASCII.GetBytes(key.Reveal()));
}
