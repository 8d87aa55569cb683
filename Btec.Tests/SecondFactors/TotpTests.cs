using Btec.Api.Features.SecondFactors;

namespace Btec.Tests.SecondFactors;

/// <summary>The codes of authenticators, compared with those of the standards.</summary>
public sealed class TotpTests
{
    private static readonly byte[] s_secret = "12345678901234567890"u8.ToArray();

    /// <summary>The vectors have 8 digits, of which the last 6 are those of a shorter code (RFC 4226 section 5.3).</summary>
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void The_codes_are_those_of_RFC_6238_appendix_B(long seconds, string code) =>
        Assert.Equal(code[2..], Totp.CodeOf(s_secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void The_codes_are_those_of_RFC_4226_appendix_D(long counter, string code) => Assert.Equal(code, Totp.CodeOf(s_secret, counter));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_written_as_RFC_4648_section_10_does_without_padding(string clear, string written) =>
        Assert.Equal(written, Base32.Encode(System.Text.Encoding.ASCII.GetBytes(clear)));
}
