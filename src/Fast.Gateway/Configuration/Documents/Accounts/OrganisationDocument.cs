namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>An organisation: the account above teams and keys.</summary>
/// <param name="Name">At most 128 bytes of UTF-8, no control characters; unique among organisations.</param>
/// <param name="Account">What holds for everything below it, taken together.</param>
public sealed record OrganisationDocument(Located<string> Name, AccountDocument Account);
