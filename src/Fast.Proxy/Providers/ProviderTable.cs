using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Fast.Proxy.Dialects;

namespace Fast.Proxy.Providers;

/// <summary>
/// The providers that Fast knows by name. Adding an OpenAI-compatible provider is adding a row: where a vendor offers an
/// OpenAI-compatible endpoint and that is what people use, the row is that endpoint's.
/// </summary>
public static class ProviderTable
{
    private static readonly ProviderRow[] s_rows =
    [
        new("openai", "https://api.openai.com/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["OPENAI_API_KEY"]),
        // A resource's own host comes first: https://RESOURCE.openai.azure.com/openai/v1.
        new("azure", null, Dialect.OpenAi, CredentialStyle.ApiKeyHeader, ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"]),
        new("anthropic", "https://api.anthropic.com", Dialect.AnthropicMessages, CredentialStyle.XApiKey, ["ANTHROPIC_API_KEY"]),
        new("gemini", "https://generativelanguage.googleapis.com", Dialect.GeminiGenerateContent, CredentialStyle.XGoogApiKey,
            ["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
        // The region is part of the host: https://bedrock-runtime.REGION.amazonaws.com.
        new("bedrock", null, Dialect.BedrockConverse, CredentialStyle.Bearer, ["AWS_BEARER_TOKEN_BEDROCK"]),
        new("mistral", "https://api.mistral.ai/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["MISTRAL_API_KEY"]),
        new("groq", "https://api.groq.com/openai/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["GROQ_API_KEY"]),
        new("deepseek", "https://api.deepseek.com/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["DEEPSEEK_API_KEY"]),
        new("xai", "https://api.x.ai/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["XAI_API_KEY"]),
        new("openrouter", "https://openrouter.ai/api/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["OPENROUTER_API_KEY"]),
        new("together", "https://api.together.xyz/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["TOGETHER_API_KEY"]),
        new("fireworks", "https://api.fireworks.ai/inference/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["FIREWORKS_API_KEY"]),
        new("cerebras", "https://api.cerebras.ai/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["CEREBRAS_API_KEY"]),
        // Perplexity's paths start at the root: /chat/completions, without /v1.
        new("perplexity", "https://api.perplexity.ai", Dialect.OpenAi, CredentialStyle.Bearer,
            ["PERPLEXITY_API_KEY", "PERPLEXITYAI_API_KEY"]),
        new("nvidia", "https://integrate.api.nvidia.com/v1", Dialect.OpenAi, CredentialStyle.Bearer,
            ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"]),
        new("cohere", "https://api.cohere.ai/compatibility/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["COHERE_API_KEY", "CO_API_KEY"]),
        new("sambanova", "https://api.sambanova.ai/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["SAMBANOVA_API_KEY"]),
        new("huggingface", "https://router.huggingface.co/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["HF_TOKEN", "HUGGINGFACE_API_KEY"]),
        new("moonshot", "https://api.moonshot.ai/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["MOONSHOT_API_KEY"]),
        // The international endpoint; a mainland China key needs base_url https://dashscope.aliyuncs.com/compatible-mode/v1.
        new("qwen", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", Dialect.OpenAi, CredentialStyle.Bearer,
            ["DASHSCOPE_API_KEY"]),
        new("zai", "https://api.z.ai/api/paas/v4", Dialect.OpenAi, CredentialStyle.Bearer, ["ZAI_API_KEY"]),
        new("deepinfra", "https://api.deepinfra.com/v1/openai", Dialect.OpenAi, CredentialStyle.Bearer,
            ["DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"]),
        new("novita", "https://api.novita.ai/openai/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["NOVITA_API_KEY"]),
        new("hyperbolic", "https://api.hyperbolic.xyz/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["HYPERBOLIC_API_KEY"]),
        // OLLAMA_API_KEY is for Ollama's cloud, not for the local server, so it is not looked at here.
        new("ollama", "http://127.0.0.1:11434/v1", Dialect.OpenAi, CredentialStyle.Bearer, [], KeyOptional: true),
        new("vllm", "http://127.0.0.1:8000/v1", Dialect.OpenAi, CredentialStyle.Bearer, ["VLLM_API_KEY"], KeyOptional: true),
        new("lmstudio", "http://127.0.0.1:1234/v1", Dialect.OpenAi, CredentialStyle.Bearer, [], KeyOptional: true),
    ];

    /// <summary>Every row, in the order in which they are offered to a reader.</summary>
    public static IReadOnlyList<ProviderRow> Rows => s_rows;

    /// <summary>Finds a row by its exact name. For start-up and reload: it walks the table.</summary>
    /// <returns>False when Fast knows no provider of that name.</returns>
    public static bool TryFind(string name, [NotNullWhen(true)] out ProviderRow? row)
    {
        foreach (ProviderRow candidate in s_rows)
        {
            if (string.Equals(candidate.Name, name, StringComparison.Ordinal))
            {
                row = candidate;
                return true;
            }
        }

        row = null;
        return false;
    }
}
