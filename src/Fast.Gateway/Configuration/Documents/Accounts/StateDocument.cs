namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>Where what was used up is written down.</summary>
/// <param name="Folder">The absolute path of the folder, which need not exist; null when nothing is written down.</param>
/// <param name="IsWritten">Whether the operator said so, and it is not only the usual place.</param>
public sealed record StateDocument(string? Folder, bool IsWritten);
