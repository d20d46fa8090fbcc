using Fast.Gateway.Storage;
using Fast.Gateway.Tests.Configuration;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class StateFolderTests
{
    [Theory]
    [InlineData("/x/fast", "XDG_STATE_HOME=/x", "HOME=/h")]
    [InlineData("/h/.local/state/fast", "XDG_STATE_HOME=x", "HOME=/h")]
    [InlineData("/h/.local/state/fast", "XDG_STATE_HOME=", "HOME=/h")]
    [InlineData("/h/.local/state/fast", "HOME=/h")]
    [InlineData("fast-state", "HOME=")]
    [InlineData("fast-state")]
    public void The_usual_folder_follows_the_environment(string folder, params string[] variables) =>
        Assert.Equal(folder, StateFolder.Default(Yamls.Variables(variables)));
}
