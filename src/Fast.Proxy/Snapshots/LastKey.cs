using System;
using System.Security.Cryptography;

namespace Fast.Proxy.Snapshots;

/// <summary>
/// The key that a connection presented last, and what the table said: a client sends the same one on every request, and hashing it
/// costs more than all else of a lookup. It holds as long as the table does, and is wiped with the connection.
/// </summary>
internal sealed class LastKey
{
    private byte[] _key = [];
    private KeyTable? _table;
    private KeySnapshot? _found;

    /// <summary>Looks a key up.</summary>
    /// <returns>Null when the table does not know it.</returns>
    public KeySnapshot? Find(KeyTable table, ReadOnlySpan<byte> key)
    {
        if (ReferenceEquals(table, _table) && CryptographicOperations.FixedTimeEquals(key, _key))
            return _found;

        KeySnapshot? found = table.Find(key);
        if (found is null)
            return null;

        Wipe();
        (_table, _found, _key) = (table, found, key.ToArray());
        return found;
    }

    /// <summary>Forgets it.</summary>
    public void Wipe()
    {
        CryptographicOperations.ZeroMemory(_key);
        (_table, _found, _key) = (null, null, []);
    }
}
