using System;

namespace Fast.Gateway.Storage;

/// <summary>The store cannot be used, or did not do what was asked; the message says why, for an operator to read.</summary>
public sealed class StoreException : Exception
{
    /// <param name="message">What happened.</param>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <param name="message">What happened.</param>
    /// <param name="cause">What it came of.</param>
    public StoreException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
