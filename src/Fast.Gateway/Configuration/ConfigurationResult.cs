using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents;

namespace Fast.Gateway.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Document">The configuration; null exactly when there are problems.</param>
/// <param name="Problems">Everything that is wrong, in file order.</param>
/// <param name="Notices">What is not wrong but worth a line at start, such as a provider's key in the environment that is not used.</param>
public sealed record ConfigurationResult(
    FastDocument? Document,
    IReadOnlyList<ConfigurationProblem> Problems,
    IReadOnlyList<string> Notices);
