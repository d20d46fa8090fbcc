using System;
using System.Collections.Generic;

namespace Fast.Proxy.Dialects;

/// <summary>The wire formats a provider may speak.</summary>
public enum Dialect
{
    /// <summary>OpenAI's API: chat completions, responses, embeddings and the rest below one base URL ending in <c>/v1</c>.</summary>
    OpenAi,

    /// <summary>Anthropic's messages API.</summary>
    AnthropicMessages,

    /// <summary>Google's generateContent API, as AI Studio serves it.</summary>
    GeminiGenerateContent,

    /// <summary>Amazon Bedrock's Converse API.</summary>
    BedrockConverse,
}

/// <summary>How dialects are spelled in the configuration file, and which of them Fast speaks.</summary>
public static class DialectNames
{
    private static readonly string[] s_names = ["openai", "anthropic", "gemini", "bedrock"];

    /// <summary>Every spelling, in the order of <see cref="Dialect"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>The spelling of one dialect in the configuration file.</summary>
    public static string Of(Dialect dialect) => s_names[(int)dialect];

    /// <summary>Finds a dialect by its exact spelling.</summary>
    /// <returns>False when no dialect is spelled so.</returns>
    public static bool TryParse(string name, out Dialect dialect)
    {
        int index = Array.IndexOf(s_names, name);
        dialect = index < 0 ? default : (Dialect)index;
        return index >= 0;
    }

    /// <summary>Whether this version of Fast can talk to a provider in this dialect.</summary>
    public static bool IsSpoken(Dialect dialect) => dialect == Dialect.OpenAi;
}
