using System.Collections.Generic;
using System.Text;
using Fast.Proxy.Dialects;
using Xunit;

namespace Fast.Proxy.Tests.Dialects;

public sealed class EndpointTableTests
{
    [Fact]
    public void Every_row_is_at_its_index_and_found_by_both_of_its_paths()
    {
        HashSet<string> paths = [];
        for (int i = 0; i < EndpointTable.Rows.Count; i++)
        {
            Endpoint row = EndpointTable.Rows[i];
            Assert.Equal(i, row.Index);
            Assert.True(paths.Add(row.Path));
            Assert.Same(row, Find("/v1/" + row.Path));
            Assert.Same(row, Find("/" + row.Path));
            Assert.Equal(row.Answer != EndpointAnswer.Provider || row.Path == "files", row.Model == ModelPresence.Never);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("//models")]
    [InlineData("/v1//models")]
    [InlineData("/v1/v1/models")]
    [InlineData("/v2/models")]
    [InlineData("/v1/models/")]
    [InlineData("/v1/Models")]
    [InlineData("/v1/chat")]
    [InlineData("/v1/chat/completions/")]
    [InlineData("/v1/chat/completions/x")]
    [InlineData("models")]
    [InlineData("v1/models")]
    public void Another_path_is_unknown(string path)
    {
        Assert.Null(Find(path));
    }

    [Theory]
    [InlineData("/v1/models/gpt-5", "gpt-5")]
    [InlineData("/models/openai/gpt-5", "openai/gpt-5")]
    [InlineData("/v1/models/openai%2Fgpt-5", "openai%2Fgpt-5")]
    [InlineData("/v1/models", "")]
    [InlineData("/v1/embeddings", "")]
    public void What_stands_behind_models_is_the_name_of_one(string path, string id)
    {
        Endpoint? found = EndpointTable.Find(Encoding.ASCII.GetBytes(path), out System.ReadOnlySpan<byte> modelId);
        Assert.NotNull(found);
        Assert.Equal(id, Encoding.ASCII.GetString(modelId));
    }

    private static Endpoint? Find(string path) => EndpointTable.Find(Encoding.ASCII.GetBytes(path), out _);
}
