using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Walking;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

public sealed class OfferReviewTests
{
    private const string Two = """{"tools":[{"type":"function","function":{"name":"good"}},{"type":"function","function":{"name":"evil"}}]}""";

    [Theory]
    [InlineData("good", "", nameof(OfferOutcome.Refused), ToolDenial.NotAllowed, "evil")]
    [InlineData(null, "evil", nameof(OfferOutcome.Refused), ToolDenial.Denied, "evil")]
    [InlineData("evil good", "", nameof(OfferOutcome.Clean), ToolDenial.None, "")]
    public void The_tool_that_is_not_allowed_is_named(string? allow, string deny, string outcome, ToolDenial why, string name)
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule(allow, deny))!;
        OfferReview review = Review(Two, rules, out _);
        Assert.Equal((outcome, why, name), (review.Outcome.ToString(), review.Verdict.Why, Encoding.UTF8.GetString(review.Name)));
    }

    [Fact]
    public void The_strictest_outcome_holds_and_warnings_cut_nothing()
    {
        OfferReview warned = Review(Two, ToolRules.Of(ToolTexts.Rule("", mode: ToolMode.Warn))!, out string kept);
        Assert.Equal((OfferOutcome.Warned, "good", Two), (warned.Outcome, Encoding.UTF8.GetString(warned.Name), kept));

        ToolRules both = ToolRules.Of(ToolTexts.Rule("", mode: ToolMode.Warn), ToolTexts.Rule(null, "evil", ToolMode.Strip))!;
        OfferReview stripped = Review(Two, both, out kept);
        Assert.Equal((OfferOutcome.Stripped, "evil"), (stripped.Outcome, Encoding.UTF8.GetString(stripped.Name)));
        Assert.Equal("""{"tools":[{"type":"function","function":{"name":"good"}},]}""".Replace(",]", "]", StringComparison.Ordinal), kept);
    }

    [Fact]
    public void A_request_that_is_refused_is_left_whole()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule(null, "good", ToolMode.Strip), ToolTexts.Rule(null, "evil"))!;
        OfferReview review = Review(Two, rules, out string kept);
        Assert.Equal((OfferOutcome.Refused, "evil", Two), (review.Outcome, Encoding.UTF8.GetString(review.Name), kept));
    }

    [Theory]
    [InlineData("""{"type":"mcp","server_label":"git"}""", "*", "", ToolDenial.None)]
    [InlineData("""{"type":"mcp","server_label":"git"}""", "mcp/git/*", "", ToolDenial.None)]
    [InlineData("""{"type":"mcp","server_label":"github"}""", "mcp/git/*", "", ToolDenial.NotAllowed)]
    [InlineData("""{"type":"mcp","server_label":"git"}""", "mcp/git/read", "", ToolDenial.NotAllowed)]
    [InlineData("""{"type":"mcp","server_label":"git"}""", "*", "mcp/git/push", ToolDenial.Denied)]
    [InlineData("""{"type":"mcp","server_label":"git"}""", "*", "mcp/git/pu*", ToolDenial.Denied)]
    [InlineData("""{"type":"web_search"}""", "read_file", "", ToolDenial.NotAllowed)]
    [InlineData("""{"type":"custom","custom":{"name":"code"}}""", "*", "code", ToolDenial.Denied)]
    [InlineData("""null""", "*", "", ToolDenial.NotUnderstood)]
    [InlineData("""{"type":"function","function":{"name":"a","name":"b"}}""", "*", "", ToolDenial.NotUnderstood)]
    public void Hosted_and_odd_offers_are_held_to_the_rule(string element, string allow, string deny, ToolDenial why) =>
        Assert.Equal(why, Review($$"""{"tools":[{{element}}]}""", ToolRules.Of(ToolTexts.Rule(allow, deny))!, out _).Verdict.Why);

    [Fact]
    public void A_tool_that_the_provider_runs_cannot_be_held_to_its_arguments()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("mcp/git/push", "branch", "^x"), new ArgumentSpec("web_search", "q", "x")))!;
        Assert.Equal(ToolDenial.ArgumentsUnseen, Review("""{"tools":[{"type":"mcp","server_label":"git"}]}""", rules, out _).Verdict.Why);
        Assert.Equal(ToolDenial.ArgumentsUnseen, Review("""{"tools":[{"type":"web_search"}]}""", rules, out _).Verdict.Why);
        Assert.Equal(ToolDenial.None, Review("""{"tools":[{"type":"function","name":"web_search"}]}""", rules, out _).Verdict.Why);
    }

    [Theory]
    [InlineData("""{"a":1,"tools":[E,G],"b":2}""", """{"a":1,"tools":[G],"b":2}""")]
    [InlineData("""{"tools":[G , E , E],"b":2}""", """{"tools":[G ],"b":2}""")]
    [InlineData("""{"tools":[E,G,E,null,G,E]}""", """{"tools":[G,G]}""")]
    [InlineData("""{"tools":[E,E]}""", """{}""")]
    [InlineData("""{ "tools" : [ E ] , "b" : 2 }""", """{  "b" : 2 }""")]
    [InlineData("""{"a":1,"tools":[E],"tool_choice":"required","parallel_tool_calls":false}""", """{"a":1}""")]
    [InlineData("""{"tool_choice":"auto","a":1,"parallel_tool_calls":true,"tools":[E],"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("""{"tools":[E],"functions":[{"name":"good"}],"function_call":"auto","tool_choice":"auto"}""", """{"functions":[{"name":"good"}],"function_call":"auto"}""")]
    [InlineData("""{"tools":[G],"functions":[{"name":"evil"}],"function_call":"auto","tool_choice":"auto"}""", """{"tools":[G],"tool_choice":"auto"}""")]
    [InlineData("""{"tools":[G,E],"tool_choice":E}""", """{"tools":[G]}""")]
    [InlineData("""{"tools":[G,E],"function_call":{"name":"evil"},"c":3}""", """{"tools":[G],"c":3}""")]
    [InlineData("""{"tools":[G,E],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[E,G]}}""", """{"tools":[G],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[G]}}""")]
    [InlineData("""{"tools":[G,E],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[E]},"c":3}""", """{"tools":[G],"c":3}""")]
    [InlineData("""{"t\u006fols":[E],"tools_":1}""", """{"tools_":1}""")]
    [InlineData("""{"tools":[],"tool_choice":"auto","x":"[E]"}""", """{"tools":[],"tool_choice":"auto","x":"[E]"}""")]
    [InlineData("""{"web_search_options":{},"tools":[G]}""", """{"tools":[G]}""")]
    public void Stripping_leaves_a_body_that_offers_the_rest(string body, string expected)
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("good", mode: ToolMode.Strip))!;
        Review(Spell(body), rules, out string kept);
        Assert.Equal(Spell(expected), kept);
        using JsonDocument parsed = JsonDocument.Parse(kept);
        Assert.Equal(OfferOutcome.Clean, Review(kept, rules, out _).Outcome);
    }

    [Fact]
    public void Any_choice_of_tools_can_be_stripped()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("good", mode: ToolMode.Strip))!;
        for (int choice = 0; choice < 1 << 6; choice++)
        {
            List<string> all = [];
            List<string> good = [];
            for (int i = 0; i < 6; i++)
            {
                bool isGood = (choice >> i & 1) != 0;
                all.Add(isGood ? "G" : "E");
                if (isGood)
                    good.Add("G");
            }

            Review(Spell($$"""{"tools":[{{string.Join(',', all)}}],"x":1}"""), rules, out string kept);
            Assert.Equal(Spell(good.Count == 0 ? """{"x":1}""" : $$"""{"tools":[{{string.Join(',', good)}}],"x":1}"""), kept);
        }
    }

    [Fact]
    public void The_most_tools_can_be_stripped_and_more_are_too_many()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("good", mode: ToolMode.Strip))!;
        string most = string.Join(',', new string('E', RequestTools.ToolsMax).ToCharArray());
        Assert.Equal(OfferOutcome.Stripped, Review(Spell($$"""{"tools":[{{most}}]}"""), rules, out string kept).Outcome);
        Assert.Equal("{}", kept);
        string more = Spell($$"""{"tools":[{{most}},E]}""");
        Assert.Equal(OfferOutcome.TooMany, Review(more, rules, out kept).Outcome);
        Assert.Equal(more, kept);
    }

    [Fact]
    public void Offsets_are_known_after_the_cuts()
    {
        byte[] text = "0123456789"u8.ToArray();
        ByteRange[] cuts = [new(1, 3), new(5, 6)];
        Assert.Equal("0346789", Encoding.UTF8.GetString(text.AsSpan(0, ByteCuts.Remove(text, cuts))));
        Assert.Equal((0, 1, 3, 6), (ByteCuts.Shift(0, cuts), ByteCuts.Shift(3, cuts), ByteCuts.Shift(6, cuts), ByteCuts.Shift(9, cuts)));
    }

    /// <summary>Writes tools for the letters G and E that stand alone.</summary>
    private static string Spell(string body) => body
        .Replace("\"[E]\"", "\"\"", StringComparison.Ordinal)
        .Replace("G", """{"type":"function","function":{"name":"good","parameters":{"a":[","]}}}""", StringComparison.Ordinal)
        .Replace("E", """{"type":"function","function":{"name":"evil","parameters":{"a":["}"]}}}""", StringComparison.Ordinal);

    private static OfferReview Review(string body, ToolRules rules, out string kept)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(ToolTexts.TryRead(bytes, out ToolMembers members));
        ByteRange[] cuts = new ByteRange[OfferReview.CutRoom];
        OfferReview review = OfferReview.Of(bytes, in members, rules, new byte[OfferReview.ScratchBytes], cuts);
        kept = Encoding.UTF8.GetString(bytes.AsSpan(0, ByteCuts.Remove(bytes, cuts.AsSpan(0, review.CutCount))));
        return review;
    }
}
