using System;
using System.Text;
using Fast.Wire.Multipart;
using Xunit;

namespace Fast.Wire.Tests.Multipart;

public sealed class FormFieldTests
{
    private const string Model = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n";

    [Theory]
    [InlineData("preamble\r\n--b\r\nContent-Disposition: form-data; name=model\r\n\r\nx\r\n--b--")]
    [InlineData("{\"model\":\"y\"}\r\n--b\r\nContent-Disposition: form-data; name=model\r\n\r\nx\r\n--b--")]
    [InlineData("\r\n\r\n--b\r\nContent-Disposition: form-data; name=model\r\n\r\nx\r\n--b--")]
    public void A_preamble_is_refused_because_another_parser_may_read_the_form_there(string body) =>
        Assert.Equal(FormFind.Malformed, FormField.Find(Encoding.ASCII.GetBytes(body), "b"u8, "model"u8, out _));

    [Theory]
    [InlineData("multipart/form-data; boundary=abc", "abc")]
    [InlineData("multipart/form-data;boundary=abc", "abc")]
    [InlineData("multipart/form-data ; boundary=abc ", "abc")]
    [InlineData("multipart/form-data; BOUNDARY=abc", "abc")]
    [InlineData("multipart/form-data; boundary=\"a b:c=d\"", "a b:c=d")]
    [InlineData("multipart/form-data; boundary = abc", "abc")]
    [InlineData("multipart/form-data; charset=utf-8; boundary=abc", "abc")]
    [InlineData("multipart/form-data; boundary=abc; charset=utf-8", "abc")]
    [InlineData("multipart/form-data; x=\"; boundary=no\"; boundary=yes", "yes")]
    [InlineData("multipart/form-data; x=\"\\\"; boundary=no\"; boundary=yes", "yes")]
    [InlineData("multipart/form-data; x=\"\\\\\"; boundary=yes", "yes")]
    [InlineData("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW")]
    public void The_boundary_is_found_quoted_or_not(string type, string expected)
    {
        Assert.True(FormField.TryGetBoundary(Encoding.Latin1.GetBytes(type), out ReadOnlySpan<byte> boundary));
        Assert.Equal(expected, Encoding.Latin1.GetString(boundary));
    }

    [Theory]
    [InlineData("")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data;")]
    [InlineData("multipart/form-data; boundary")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=\"abc")]
    [InlineData("multipart/form-data; xboundary=abc")]
    [InlineData("multipart/form-data; boundaryx=abc")]
    [InlineData("multipart/form-data; x=\"boundary=abc\"")]
    [InlineData("multipart/form-data; boundary=abc; boundary=def")]
    [InlineData("multipart/form-data; boundary=abc; boundary*=utf-8''def")]
    [InlineData("multipart/form-data; boundary=\"a\\bc\"")]
    public void A_boundary_that_is_missing_or_ambiguous_is_not_found(string type) =>
        Assert.False(FormField.TryGetBoundary(Encoding.Latin1.GetBytes(type), out _));

    [Fact]
    public void A_boundary_may_be_as_long_as_its_limit_and_no_longer()
    {
        string longest = new('b', FormField.BoundaryBytesMax);
        Assert.True(FormField.TryGetBoundary(Encoding.Latin1.GetBytes("m/f; boundary=" + longest), out ReadOnlySpan<byte> boundary));
        Assert.Equal(FormField.BoundaryBytesMax, boundary.Length);
        Assert.False(FormField.TryGetBoundary(Encoding.Latin1.GetBytes("m/f; boundary=b" + longest), out _));
        Assert.Equal("whisper-1", Find($"{Model.Replace("--b", "--" + longest, StringComparison.Ordinal)}--{longest}--", longest));
        Assert.Equal("Malformed", Find(Model + "--b--", longest + "b"));
        Assert.Equal("Malformed", Find(Model + "--b--", ""));
    }

    [Theory]
    [InlineData(Model + "--b--\r\n")]
    [InlineData(Model + "--b--")]
    [InlineData(Model + "--b-- \t\r\n")]
    [InlineData(Model + "--b--\r\nepilogue\r\nwith lines")]
    [InlineData("\r\n" + Model + "--b--")]
    [InlineData("--b \t\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=model\r\n\r\nwhisper-1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name = \"model\"\r\n\r\nwhisper-1\r\n--b--")]
    [InlineData("--b\r\ncontent-disposition:form-data;NAME=\"model\"\r\n\r\nwhisper-1\r\n--b--")]
    [InlineData("--b\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=\"model\"\r\nX: y\r\n\r\nwhisper-1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; filename=\"C:\\\\\"; name=\"model\"\r\n\r\nwhisper-1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" + Model + "--b\r\n\r\nno head\r\n--b--")]
    public void A_field_is_found_wherever_it_stands(string body) => Assert.Equal("whisper-1", Find(body));

    [Theory]
    [InlineData("--b--")]
    [InlineData("--b\r\n\r\nno head\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"models\"\r\n\r\nx\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"Model\"\r\n\r\nx\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\nx\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; filename=\"model\"\r\n\r\nx\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"; name=model\"\r\n\r\nx\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; filename=\"\\\"; name=\\\"model\"; name=\"file\"\r\n\r\nx\r\n--b--")]
    [InlineData("--b\r\nContent-Type: text/plain; name=\"model\"\r\n\r\nx\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nx\r\n--b--")]
    public void A_field_that_is_not_there_is_absent(string body) => Assert.Equal("Absent", Find(body));

    [Theory]
    [InlineData("\r\nwhis\r\n-b\r\n-- b\r\n--B\r\n")]
    [InlineData("--b\r\n--b--")]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\n--b\n")]
    [InlineData("\r--b\r")]
    [InlineData("\0\u00FF\u0080")]
    public void A_value_is_taken_byte_for_byte(string value)
    {
        // At the start of a value a delimiter would follow the head's empty line; there it is one, as RFC 2046 has it.
        string expected = value.StartsWith("--b", StringComparison.Ordinal) ? "Malformed" : value;
        Assert.Equal(expected, Find($"--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{value}\r\n--b--"));
    }

    [Fact]
    public void A_file_with_lines_that_look_like_boundaries_is_stepped_over()
    {
        string file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"
            + "x--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nno\r\n--B--\r\n- -b\n--b\r--b--\r\n-\r\n--\r\n--a\r\n";
        Assert.Equal("whisper-1", Find(file + Model + "--b--"));
        Assert.Equal("Absent", Find(file + "--b--"));
    }

    [Fact]
    public void A_part_whose_head_is_followed_by_the_boundary_is_empty() =>
        Assert.Equal("", Find("--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--b--"));

    [Theory]
    [InlineData("")]
    [InlineData("model=whisper-1")]
    [InlineData("{\"model\":\"whisper-1\"}")]
    [InlineData("--c\r\n\r\n--c--")]
    [InlineData("--b")]
    [InlineData("--b\r\n")]
    [InlineData("--b-")]
    [InlineData(Model)]
    [InlineData(Model + "--b")]
    [InlineData(Model + "--b\r\n")]
    [InlineData(Model + "--bc\r\n\r\nx\r\n--b--")]
    [InlineData(Model + "--b--c\r\n" + Model + "--b--")]
    [InlineData("--b\nContent-Disposition: form-data; name=\"model\"\n\nx\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"model\"\r\nx\r\n--b--")]
    public void A_body_that_is_not_a_form_with_that_boundary_is_malformed(string body) => Assert.Equal("Malformed", Find(body));

    [Theory]
    [InlineData("Content-Disposition: form-data;\r\n name=\"model\"")]
    [InlineData("Content-Disposition : form-data; name=\"model\"")]
    [InlineData("X: y\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("X: y\rContent-Disposition: form-data; name=\"model\"")]
    [InlineData("X: \0")]
    [InlineData("no colon")]
    [InlineData(": no name")]
    [InlineData("X: y\r\n--b\r\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"; name*=utf-8''model")]
    [InlineData("Content-Disposition: form-data; name*=utf-8''model")]
    [InlineData("Content-Disposition: form-data; name*0=\"mo\"; name*1=\"del\"")]
    [InlineData("Content-Disposition: form-data; name=\"mo\\del\"")]
    [InlineData("Content-Disposition: form-data; filename=\"a; name=\"model\"")]
    public void A_head_that_two_parsers_could_read_in_two_ways_is_malformed(string head) =>
        Assert.Equal("Malformed", Find($"--b\r\n{head}\r\n\r\nx\r\n--b--"));

    [Fact]
    public void A_field_that_stands_twice_is_malformed()
    {
        Assert.Equal("Malformed", Find(Model + Model + "--b--"));
        Assert.Equal("Malformed", Find(Model + "--b\r\nContent-Disposition: form-data; name=model; filename=x\r\n\r\ny\r\n--b--"));
    }

    [Fact]
    public void A_form_may_have_as_many_parts_as_its_limit_and_no_more()
    {
        StringBuilder parts = new();
        for (int i = 1; i < FormField.PartsMax; i++)
            parts.Append("--b\r\n\r\nx\r\n");

        Assert.Equal("whisper-1", Find(parts + Model + "--b--"));
        Assert.Equal("Malformed", Find(parts + Model + "--b\r\n\r\nx\r\n--b--"));
        Assert.Equal("Malformed", Find(Model + "--b\r\n\r\nx\r\n" + parts + "--b--"));
    }

    [Fact]
    public void A_parts_head_may_be_as_long_as_its_limit_and_no_longer()
    {
        const string field = "Content-Disposition: form-data; name=\"model\"; x=";
        string padding = new('x', FormField.PartHeadBytesMax - field.Length - "\r\n\r\n\r\n".Length);
        Assert.Equal("v", Find($"--b\r\n{field}{padding}\r\n\r\nv\r\n--b--"));
        Assert.Equal("Malformed", Find($"--b\r\n{field}{padding}x\r\n\r\nv\r\n--b--"));
    }

    [Fact]
    public void Every_proper_prefix_is_malformed()
    {
        string body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n" + Model + "--b--";
        for (int length = 0; length < body.Length; length++)
            Assert.Equal("Malformed", Find(body[..length]));
    }

    private static string Find(string body, string boundary = "b")
    {
        byte[] bytes = Encoding.Latin1.GetBytes(body);
        FormFind found = FormField.Find(bytes, Encoding.Latin1.GetBytes(boundary), "model"u8, out Range value);
        return found == FormFind.Found ? Encoding.Latin1.GetString(bytes[value]) : found.ToString();
    }
}
