namespace Fast.Proxy.Accounting.Prices;

/// <summary>What a model makes, so that one that speaks is not offered in place of one that writes.</summary>
public enum ModelKind
{
    /// <summary>Text, whatever it is asked with: chats, completions, responses.</summary>
    Text,

    /// <summary>Vectors.</summary>
    Embedding,

    /// <summary>Pictures.</summary>
    Image,

    /// <summary>Sound from text.</summary>
    Speech,

    /// <summary>Text from sound.</summary>
    Transcription,

    /// <summary>Anything else: judgements, rankings.</summary>
    Other,
}
