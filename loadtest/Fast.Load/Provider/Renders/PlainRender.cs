using System;
using System.Linq;
using Fast.Load.Provider.Requests;

namespace Fast.Load.Provider.Renders;

/// <summary>Answers of the endpoints that neither stream nor depend on much.</summary>
internal static class PlainRender
{
    private const int SpeechBytes = 4096;

    public static Answer Moderations(AnswerKey key)
    {
        string results = string.Join(',', Enumerable.Repeat(
            """{"flagged":false,"categories":{"violence":false},"category_scores":{"violence":0.01}}""", Math.Max(key.Inputs, 1)));
        return Json($$"""{"id":"modr-fake","model":{{RenderText.Quote(key.Script.Model)}},"results":[{{results}}]}""");
    }

    public static Answer Images()
    {
        return Json($$"""{"created":{{RenderText.Created}},"data":[{"b64_json":"{{Convert.ToBase64String("tok0 tok1"u8)}}"}]}""");
    }

    /// <summary>Bytes of every value: what takes them for text breaks them.</summary>
    public static Answer Speech(AnswerKey key)
    {
        byte[] audio = new byte[key.Script.BodyBytes > 0 ? key.Script.BodyBytes : SpeechBytes];
        for (int at = 0; at < audio.Length; at++)
            audio[at] = (byte)(at * 7);
        return new Answer(200, "audio/mpeg", audio);
    }

    public static Answer Transcription(AnswerKey key) => Json($$"""{"text":{{RenderText.Quote(RenderText.Tokens(key.Script.Tokens))}}}""");

    public static Answer File(ProviderRequest request)
    {
        ReadOnlySpan<byte> body = request.Body.Span;
        string name = RenderText.Quote(MultipartForm.FileName(body, "file") ?? "");
        string purpose = RenderText.Quote(MultipartForm.Field(body, "purpose") ?? "");
        return Json($$"""{"id":"file-fake","object":"file","bytes":{{body.Length}},"created_at":{{RenderText.Created}}"""
            + $$""","filename":{{name}},"purpose":{{purpose}},"status":"processed"}""");
    }

    public static Answer Models()
    {
        string[] models = ["ok", "echo", "big-tool"];
        return Json($$"""{"object":"list","data":[{{string.Join(',', models.Select(Model))}}]}""");
    }

    private static string Model(string id)
    {
        return $$"""{"id":"{{id}}","object":"model","created":{{RenderText.Created}},"owned_by":"fastload"}""";
    }

    private static Answer Json(string text) => new(200, "application/json", RenderText.Bytes(text));
}
