using Fast.Load.Targets;
using Xunit;

namespace Fast.Load.Compare.Tests.Targets;

public sealed class PlaceholdersTests
{
    private static readonly Placeholders s_some = new([("PORT", "80"), ("DIR", "/tmp/$x")]);

    [Theory]
    [InlineData("listen ${PORT};", "listen 80;")]
    [InlineData("${DIR}/${PORT}${PORT}", "/tmp/$x/8080")]
    [InlineData("$PORT ${port} ${} $ ${MODEL}", "$PORT ${port} ${} $ ${MODEL}")]
    public void Only_what_is_known_is_filled_in(string text, string filled) => Assert.Equal(filled, s_some.Fill(text));

    [Theory]
    [InlineData("${PORT} ${HERE} ${lower} $X", null)]
    [InlineData("${PORT} ${POTR}", "POTR")]
    public void A_name_that_stands_for_nothing_is_found(string text, string? unknown) => Assert.Equal(unknown, Placeholders.FindUnknown(text));
}
