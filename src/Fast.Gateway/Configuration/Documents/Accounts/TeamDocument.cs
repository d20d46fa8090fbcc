namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>A team: the account above keys.</summary>
/// <param name="Name">At most 128 bytes of UTF-8, no control characters; unique among teams.</param>
/// <param name="Organisation">The name of the organisation it belongs to, which is declared; null for none.</param>
/// <param name="Account">What holds for all its keys, taken together.</param>
public sealed record TeamDocument(Located<string> Name, Located<string>? Organisation, AccountDocument Account);
