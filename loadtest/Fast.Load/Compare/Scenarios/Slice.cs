using System.Collections.Generic;
using Fast.Load.Compare.Machine;
using Fast.Load.Load;

namespace Fast.Load.Compare.Scenarios;

/// <summary>One stretch of load on one target.</summary>
internal sealed record Slice(LoadResult Load, Disturbance Disturbance, IReadOnlyList<(string Metric, double Value)> Metrics);
