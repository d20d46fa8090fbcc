using System.Collections.Generic;
using System.Globalization;
using Fast.Proxy.Accounting;
using Fast.Proxy.Faults;
using Xunit;

namespace Fast.Proxy.Tests.Accounting;

public sealed class AnswerCodesTests
{
    [Fact]
    public void Every_status_is_counted_under_its_own_name_or_as_another()
    {
        HashSet<int> seen = [];
        for (int status = 1; status < 1000; status++)
        {
            int slot = AnswerCodes.SlotOf(status);
            string name = AnswerCodes.Names[slot];
            Assert.True(name == "other" || (name == status.ToString(CultureInfo.InvariantCulture) && seen.Add(slot)), $"{status} is {name}.");
        }

        // Beside these there are the two that are no status.
        Assert.Equal(AnswerCodes.Names.Count - 2, seen.Count);
    }

    [Theory]
    [InlineData(0, "none")]
    [InlineData(200, "200")]
    [InlineData(429, "429")]
    [InlineData(529, "529")]
    [InlineData(299, "other")]
    [InlineData(-1, "other")]
    [InlineData(int.MinValue, "other")]
    [InlineData(int.MaxValue, "other")]
    public void A_status_has_a_name(int status, string name) => Assert.Equal(name, AnswerCodes.Names[AnswerCodes.SlotOf(status)]);

    [Fact]
    public void What_Fast_answers_itself_is_never_another()
    {
        foreach (FaultRow row in FaultTable.Rows)
            Assert.NotEqual("other", AnswerCodes.Names[AnswerCodes.SlotOf(row.Status)]);
    }
}
