using System;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Exchanges;

/// <summary>What the body says that routing and policy need, as offsets into it.</summary>
public struct IntentSection
{
    /// <summary>Bytes of the body that were read, which are known also when the body is not kept any more.</summary>
    public long BodyBytes;

    /// <summary>What the body is.</summary>
    public BodyShape Shape;

    /// <summary>Where the model's name stands, without its quotes; empty when the body names none.</summary>
    public Range Model;

    /// <summary>Whether the name is spelled with JSON escapes.</summary>
    public bool ModelIsEscaped;

    /// <summary>Whether the body names a model at all.</summary>
    public bool HasModel;

    /// <summary>Whether the answer is to be a stream.</summary>
    public bool Stream;

    /// <summary>Where the members stand that Fast obeys or changes.</summary>
    public RequestMemberRanges Members;

    /// <summary>Whether a body in JSON spells letters with escapes, so that a search for a word may not find it.</summary>
    public bool SpellsLetters;

    /// <summary>The provider that the header <c>x-fast-provider</c> names, for requests without a model.</summary>
    public ProviderSnapshot? Provider;
}

/// <summary>What a request's body is, as far as Fast reads it.</summary>
public enum BodyShape : byte
{
    /// <summary>Carried unread.</summary>
    Opaque,
    Json,
    Form,
}
