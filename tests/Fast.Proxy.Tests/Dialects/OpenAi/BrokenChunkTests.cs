using System;
using System.Text;
using System.Text.Json;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Xunit;

namespace Fast.Proxy.Tests.Dialects.OpenAi;

public sealed class BrokenChunkTests
{
    private static readonly (StreamKind Kind, string Data)[] s_chunks =
    [
        (StreamKind.Chat, """{"id":"c","usage":null,"choices":[{"index":0,"delta":{"content":"a\n\u00e9","reasoning":"b","tool_calls":[{"index":0,"function":{"name":"n","arguments":"{\"a"}}]},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":1}}}"""),
        (StreamKind.Chat, """{ "usage" : null , "choices" : [ ] , "error" : null , "us\u0061ge" : { "total_tokens" : 5 , "prompt_tokens_details":{"cached_tokens":1}} }"""),
        (StreamKind.Completions, """{"choices":[{"text":"\ud83d\ude00","index":1,"finish_reason":null}],"model":"m","created":1,"usage":null}"""),
        (StreamKind.Responses, """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"function_call","name":"g\u0065t","arguments":"{}"}}"""),
        (StreamKind.Responses, """{"type":"response.completed","response":{"id":"r","model":"m","usage":{"input_tokens":5,"output_tokens":5},"output":[{"a":[]}]}}"""),
    ];

    public static TheoryData<int> Seeds => [1, 2, 3, 5, 8, 13, 21, 34];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_chunk_with_any_damage_is_read_when_the_framework_reads_it_and_nothing_is_out_of_place(int seed)
    {
        Random random = new(seed);
        int readable = 0;
        for (int round = 0; round < 4000; round++)
        {
            (StreamKind kind, string text) = s_chunks[random.Next(s_chunks.Length)];
            byte[] data = Damage(random, Encoding.UTF8.GetBytes(text));
            ToolPiece[] pieces = new ToolPiece[2];
            bool isRead = StreamChunk.TryRead(data, kind, pieces, out StreamChunk chunk);
            Assert.Equal(IsObject(data), isRead);
            if (!isRead)
                continue;

            readable++;
            Assert.InRange(chunk.TextBytes, 0, data.Length);
            Assert.True(IsObject([.. data.AsSpan(0, chunk.UsageNullStart), .. data.AsSpan(chunk.UsageNullEnd)]));
            foreach (ToolPiece piece in pieces.AsSpan(0, chunk.Pieces))
            {
                Assert.InRange(piece.NameEnd, piece.NameStart, data.Length);
                Assert.InRange(piece.ArgumentsEnd, piece.ArgumentsStart, data.Length);
            }
        }

        Assert.InRange(readable, 100, 3900);
    }

    private static byte[] Damage(Random random, byte[] data)
    {
        const string Pieces = "{}[]\",:\\u01-n \n\0\u00ff";
        for (int i = random.Next(3); i > 0; i--)
        {
            int at = random.Next(data.Length);
            byte one = (byte)Pieces[random.Next(Pieces.Length)];
            data = random.Next(3) switch
            {
                0 => [.. data.AsSpan(0, at), one, .. data.AsSpan(at)],
                1 => [.. data.AsSpan(0, at), one, .. data.AsSpan(at + 1)],
                _ => [.. data.AsSpan(0, at), .. data.AsSpan(Math.Min(data.Length, at + 1 + random.Next(4)))],
            };
        }

        return data;
    }

    private static bool IsObject(byte[] data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
