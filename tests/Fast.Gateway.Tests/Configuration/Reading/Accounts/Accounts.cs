using System.Linq;
using Fast.Gateway.Configuration.Documents.Accounts;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

/// <summary>One key with the members that a test is about, written from column 3 of line 4 on.</summary>
internal static class Accounts
{
    private const string Before = "providers: { vllm: }\nmodels: { chat: vllm/a }\nkeys: [{ name: a, key: sk-team-a,\n  ";

    public static AccountDocument Good(string members, params string[] variables) =>
        Assert.Single(Yamls.Good(Before + members + "}]\n", variables).Keys).Account;

    /// <summary>The only problem of such a key.</summary>
    public static string Problem(string members, params string[] variables) => Yamls.Problem(Before + members + "}]\n", variables);

    /// <summary>A list of so many texts.</summary>
    public static string Many(int count, string text) => string.Join(", ", Enumerable.Range(0, count).Select(one => text + one));
}
