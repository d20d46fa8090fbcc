using System;
using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Prices;

/// <summary>Where an entry of LiteLLM's price list belongs here.</summary>
internal static class LiteLlmNames
{
    private static readonly Dictionary<string, string> s_providers = new(StringComparer.Ordinal)
    {
        ["azure_ai"] = "azure",
        ["bedrock_converse"] = "bedrock",
        ["cohere_chat"] = "cohere",
        ["dashscope"] = "qwen",
        ["fireworks_ai"] = "fireworks",
        ["fireworks_ai-embedding-models"] = "fireworks",
        ["hosted_vllm"] = "vllm",
        ["lm_studio"] = "lmstudio",
        ["nvidia_nim"] = "nvidia",
        ["text-completion-openai"] = "openai",
        ["together_ai"] = "together",
    };

    /// <summary>The name here, <c>provider/model</c>.</summary>
    /// <param name="key">The entry's key: a model's name, with or without a provider before it.</param>
    /// <param name="provider">What the entry says in <c>litellm_provider</c>.</param>
    /// <param name="rank">Of two keys that come to the same name the one of the higher rank is meant more exactly.</param>
    public static string Of(string key, string provider, out int rank)
    {
        string own = OwnName(provider);
        int slash = key.IndexOf('/');
        string prefix = slash < 0 ? "" : key[..slash];
        bool prefixed = prefix.Length > 0 && OwnName(prefix) == own;
        rank = !prefixed ? 0 : prefix == own ? 2 : 1;
        return $"{own}/{(prefixed ? key[(slash + 1)..] : key)}";
    }

    private static string OwnName(string provider) =>
        provider.StartsWith("vertex_ai", StringComparison.Ordinal) ? "vertex" : s_providers.GetValueOrDefault(provider, provider);
}
