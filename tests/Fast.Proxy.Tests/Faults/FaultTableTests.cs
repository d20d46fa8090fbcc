using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using Fast.Proxy.Faults;
using Xunit;

namespace Fast.Proxy.Tests.Faults;

public sealed partial class FaultTableTests
{
    public static TheoryData<Fault> All => [.. Enum.GetValues<Fault>()];

    [Theory]
    [MemberData(nameof(All))]
    public void A_row_is_coherent(Fault fault)
    {
        FaultRow row = FaultTable.Of(fault);
        Assert.Equal(fault, row.Fault);
        if (row.Status == 0)
        {
            Assert.Equal(("", "", ""), (row.Type, row.Code, row.Message));
            return;
        }

        Assert.InRange(row.Status, 400, 599);
        Assert.Matches(SnakeCase(), row.Code);
        Assert.Matches(@"^[A-Z].*\.$", row.Message);
        Assert.Contains(row.Type, row.Status < 500 ? ["invalid_request_error", "policy_error"] : (string[])["invalid_request_error", "server_error"]);
        Assert.NotEqual(FaultBlame.Nobody, row.Blame);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_blame_fits_the_status(Fault fault)
    {
        FaultRow row = FaultTable.Of(fault);
        if (row.Status is >= 400 and < 500)
            Assert.Contains(row.Blame, (FaultBlame[])[FaultBlame.Caller, FaultBlame.Operator]);
        if (row.Status is 502 or 504)
            Assert.Contains(row.Blame, (FaultBlame[])[FaultBlame.Upstream, FaultBlame.Operator]);
        if (row.Status == 500)
            Assert.Equal(FaultBlame.Fast, row.Blame);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Only_what_a_target_did_before_its_answer_is_tried_elsewhere(Fault fault)
    {
        bool atTarget = fault is >= Fault.UpstreamUnreachable and <= Fault.UpstreamEncoded;
        Assert.Equal(atTarget, FaultTable.Of(fault).Retryable);
    }

    [Fact]
    public void A_code_means_one_thing()
    {
        Dictionary<string, FaultRow> seen = [];
        foreach (FaultRow row in FaultTable.Rows)
        {
            // Two faults share a code only when a client can do the same about both: same status, same kind.
            if (row.Code.Length > 0 && !seen.TryAdd(row.Code, row))
                Assert.Equal((seen[row.Code].Status, seen[row.Code].Type), (row.Status, row.Type));
        }
    }

    [Fact]
    public void Every_fault_has_its_row()
    {
        Assert.Equal(Enum.GetValues<Fault>().Length, FaultTable.Rows.Length);
    }

    [GeneratedRegex("^[a-z]+(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();
}
