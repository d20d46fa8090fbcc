using System;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fast.Load.Provider.Renders;

/// <summary>The texts that every render is made of: the same request always gets the same bytes.</summary>
internal static class RenderText
{
    public const string Created = "1795330000";
    public const int PromptTokens = 10;

    /// <summary>What is answered when the request asks for a JSON object.</summary>
    public const string ObjectText = """{"answer":"tok0","count":1}""";

    private const int BigWords = 116_508;

    /// <summary>Arguments of a little over 1 MB; every word differs, so that a piece lost or doubled shows.</summary>
    private static readonly Lazy<string> s_bigArguments = new(() =>
    {
        StringBuilder text = new("{\"text\":\"", BigWords * 9 + 16);
        for (int word = 0; word < BigWords; word++)
            text.Append(word.ToString("D8")).Append(' ');
        return text.Append("\"}").ToString();
    });

    public static string BigArguments => s_bigArguments.Value;

    /// <summary>Token number n as a stream carries it: all but the first with the space before it.</summary>
    public static string Token(int number) => number == 0 ? "tok0" : $" tok{number}";

    public static string Tokens(int count) => string.Concat(Enumerable.Range(0, count).Select(Token));

    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>An event of data only, as in the chat dialect.</summary>
    public static byte[] Event(string data) => Bytes($"data: {data}\n\n");

    public static byte[] Event(string type, string data) => Bytes($"event: {type}\ndata: {data}\n\n");

    public static string Arguments(string tool, bool big)
    {
        return big ? BigArguments : $$"""{"city":"Oslo","unit":"celsius","tool":{{Quote(tool)}}}""";
    }

    /// <summary>The arguments in the pieces in which a stream brings them.</summary>
    public static string[] Pieces(string arguments, bool big)
    {
        int size = big ? 8192 : 8;
        return [.. arguments.Chunk(size).Select(piece => new string(piece))];
    }
}
