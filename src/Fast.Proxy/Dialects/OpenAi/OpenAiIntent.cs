using System;
using System.Text;
using System.Text.Json;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Wire.Http1;
using Fast.Wire.Json;
using Fast.Wire.Multipart;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>Reads out of a body in OpenAI's dialect what Fast has to know, by offset; the rest is checked and left alone.</summary>
internal static class OpenAiIntent
{
    private static ReadOnlySpan<byte> FormType => "multipart/form-data"u8;

    /// <summary>Reads a body.</summary>
    /// <param name="head">The request's head, for the body's media type.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="endpoint">What was asked.</param>
    /// <param name="intent">Where what is found is written to.</param>
    /// <param name="detail">What a fault is about.</param>
    public static Fault Read(RequestHead head, ReadOnlySpan<byte> body, Endpoint endpoint, ref IntentSection intent, out string? detail)
    {
        detail = null;
        head.TryFind(HeaderId.ContentType, out ReadOnlySpan<byte> type);
        bool isForm = type.Length >= FormType.Length && Ascii.EqualsIgnoreCase(type[..FormType.Length], FormType);
        if (isForm && endpoint.Body == EndpointBody.Json)
            return Fault.BodyIsForm;
        if (!isForm && endpoint.Body == EndpointBody.Form)
            return Fault.BodyNotForm;
        if (endpoint.Model == ModelPresence.Never)
            return Fault.None;
        return isForm ? ReadForm(type, body, ref intent) : ReadJson(body, ref intent, out detail);
    }

    private static Fault ReadForm(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body, ref IntentSection intent)
    {
        intent.Shape = BodyShape.Form;
        if (!FormField.TryGetBoundary(type, out ReadOnlySpan<byte> boundary))
            return Fault.MalformedForm;

        switch (FormField.Find(body, boundary, "model"u8, out Range model))
        {
            case FormFind.Found:
                intent.HasModel = true;
                intent.Model = model;
                return IsName(body[model]) ? Fault.None : Fault.ModelNotText;
            case FormFind.Absent:
                return Fault.None;
            default:
                return Fault.MalformedForm;
        }
    }

    /// <summary>Reads a body in JSON: where its members are that Fast obeys.</summary>
    internal static Fault ReadJson(ReadOnlySpan<byte> body, ref IntentSection intent, out string? detail)
    {
        intent.Shape = BodyShape.Json;
        detail = null;
        Fault fault = Fault.None;
        TopLevelReader members = new(body);
        while (members.Next())
        {
            Fault one = ReadMember(ref members, body, ref intent, out RequestMember member);
            if (one == Fault.None || fault != Fault.None)
                continue;

            fault = one;
            detail = member == RequestMember.Other ? null : RequestMemberNames.Of(member);
        }

        intent.SpellsLetters = members.SpellsLetters;
        return members.Malformed ? Fault.MalformedJson : fault;
    }

    private static Fault ReadMember(ref TopLevelReader members, ReadOnlySpan<byte> body, ref IntentSection intent, out RequestMember member)
    {
        if (members.TryGetPlainName(out ReadOnlySpan<byte> name))
        {
            member = RequestMemberNames.Identify(name);
        }
        else if (IsAmbiguous(ref members, out member))
        {
            // A name that only looks like one that Fast obeys may be the one that the provider obeys.
            return Fault.MemberAmbiguous;
        }

        if (member == RequestMember.Other)
            return Fault.None;

        // Parsers differ in which of two they take; policy must not be held on one while the provider obeys the other.
        bool repeated = intent.Members.Has(member);
        intent.Members[(int)member] = members.ValueStart..members.ValueEnd;
        Fault fault = member switch
        {
            RequestMember.Model => ReadModel(ref members, body, ref intent),
            RequestMember.Stream => ReadStream(ref members, ref intent),
            _ => Fault.None,
        };
        return repeated ? Fault.MemberRepeated : fault;
    }

    /// <summary>Finds the member whose name this is, or whose name it is for parsers that do not look at case.</summary>
    private static bool IsAmbiguous(ref TopLevelReader members, out RequestMember member)
    {
        Span<byte> name = stackalloc byte[TopLevelReader.NameBytesMax];
        member = RequestMember.Other;
        if (!members.TryCopyName(name, out int written))
            return false;

        member = RequestMemberNames.Identify(name[..written]);
        if (member != RequestMember.Other || !members.TryFoldName(name, out written))
            return false;

        member = RequestMemberNames.Identify(name[..written]);
        return member != RequestMember.Other;
    }

    private static Fault ReadModel(ref TopLevelReader members, ReadOnlySpan<byte> body, ref IntentSection intent)
    {
        // Clients send an explicit null for almost anything; it means absent.
        if (members.ValueType == JsonTokenType.Null)
            return Fault.None;
        if (members.ValueType != JsonTokenType.String)
            return Fault.ModelNotText;

        intent.HasModel = true;
        intent.Model = (members.ValueStart + 1)..(members.ValueEnd - 1);
        intent.ModelIsEscaped = members.ValueIsEscaped;
        if (!members.ValueIsEscaped)
            return IsName(body[intent.Model]) ? Fault.None : Fault.ModelNotText;

        Span<byte> plain = stackalloc byte[ModelName.BytesMax];
        return members.TryCopyString(plain, out int written) && IsName(plain[..written]) ? Fault.None : Fault.ModelNotText;
    }

    private static Fault ReadStream(ref TopLevelReader members, ref IntentSection intent)
    {
        intent.Stream = members.ValueType == JsonTokenType.True;
        return members.ValueType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null ? Fault.None : Fault.StreamNotBoolean;
    }

    private static bool IsName(ReadOnlySpan<byte> name) => name.Length is > 0 and <= ModelName.BytesMax && JsonText.IsUtf8(name);
}
