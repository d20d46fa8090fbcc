using System;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>How far the arguments are that a stream has told under one number: what comes behind a whole object is no part of it.</summary>
internal struct ArgumentsShape
{
    private int _depth;
    private bool _isText;
    private bool _inString;
    private bool _isEscaped;
    private bool _hasBegun;

    /// <summary>Whether nothing but white space was told.</summary>
    public readonly bool IsEmpty => !_hasBegun;

    /// <summary>Whether it is one whole object or list. Text that is none never is.</summary>
    public readonly bool IsWhole => _hasBegun && !_isText && _depth == 0 && !IsBroken;

    /// <summary>Whether more came behind a whole one: nobody can read it as JSON any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Takes what cannot be read, or need not be JSON.</summary>
    public void AddText() => (_hasBegun, _isText) = (true, true);

    /// <summary>Takes the next piece, unescaped.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        for (int i = 0; i < piece.Length && !_isText && !IsBroken; i++)
            Add(piece[i]);
    }

    private void Add(byte one)
    {
        if (_inString)
        {
            _inString = _isEscaped || one != (byte)'"';
            _isEscaped = !_isEscaped && one == (byte)'\\';
        }
        else if (one is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            bool opens = one is (byte)'{' or (byte)'[';
            IsBroken = IsWhole;
            _isText = !_hasBegun && !opens;
            _hasBegun = true;
            _inString = one == (byte)'"';
            _depth += opens ? 1 : one is (byte)'}' or (byte)']' ? -1 : 0;
        }
    }
}
