namespace Fast.Load.Compare.Scenarios;

/// <summary>How a scenario is run.</summary>
internal enum ScenarioKind
{
    /// <summary>Slices of load, compared within each round.</summary>
    Load,

    /// <summary>Slices of load, each first quiet and then beside something that disturbs.</summary>
    Isolation,

    /// <summary>From exec to the first proxied answer, on instances of their own.</summary>
    ColdStart,

    /// <summary>Memory before, after and long after load, on instances of their own.</summary>
    Memory,
}

/// <summary>What happens beside the measured load.</summary>
internal enum Beside
{
    Nothing,
    Uploads,
    HungExchanges,
    BusyProcess,
}

/// <summary>Which model of the provider answers.</summary>
internal enum Answering
{
    Plain,
    Stream,
    Hang,
}

/// <summary>One row of the table of scenarios.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Kind">How it is run.</param>
/// <param name="Rate">Requests or streams per second in an open loop; 0 for a closed loop.</param>
/// <param name="BodyBytes">About the size of a request's body.</param>
internal sealed record Scenario(string Name, string Title, ScenarioKind Kind, double Rate, int BodyBytes)
{
    /// <summary>Connections of the load; null takes what the command line says.</summary>
    public int? Connections { get; init; }

    public Answering Answering { get; init; } = Answering.Plain;

    public Beside Beside { get; init; } = Beside.Nothing;

    /// <summary>How often it is repeated; null takes the rounds of the command line.</summary>
    public int? Rounds { get; init; }

    public bool IsStream => Answering == Answering.Stream;

    /// <summary>Whether nothing but the load may run on the CPUs.</summary>
    public bool WantsQuiet => Kind is ScenarioKind.Load or ScenarioKind.Isolation;
}
