namespace Fast.Proxy.Connections;

/// <summary>
/// How long an exchange has gone on without having to wait. It runs on a thread that polls the sockets of many, so one whose bytes are
/// always there already (a fast provider's long answer, an upload, pipelined requests) has to give way now and then.
/// </summary>
internal struct Turn
{
    /// <summary>What a whole exchange counts for, in steps.</summary>
    public const int Exchange = 8;

    /// <summary>Steps without a wait. At the limit the turn is over.</summary>
    private const int StepsMax = 32;

    /// <summary>Bytes moved without a wait. At the limit the turn is over.</summary>
    private const int BytesMax = 128 * 1024;

    private int _steps;
    private int _bytes;

    /// <summary>Counts.</summary>
    /// <param name="waited">Whether there was a wait: then others have had their turn meanwhile.</param>
    /// <param name="steps">Reads, or what else was done.</param>
    /// <param name="bytes">Bytes that were moved.</param>
    /// <returns>Whether the exchange has to give way now; then another turn begins.</returns>
    public bool IsOver(bool waited, int steps, int bytes)
    {
        _steps = waited ? steps : _steps + steps;
        _bytes = waited ? bytes : _bytes + bytes;
        if (_steps < StepsMax && _bytes < BytesMax)
            return false;

        this = default;
        return true;
    }
}
