using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Configuration;

/// <summary>The reading of <c>Jwt:PreviousSigningKeys</c>.</summary>
public sealed class PreviousSigningKeySettingTests
{
    private const string List = "Jwt:PreviousSigningKeys";

    [Theory]
    [InlineData("sesame-sesame-sesame", "has 20 bytes")]
    [InlineData("your-256-bit-secret-sesame-sesame-sesame", "is a sample")]
    [InlineData("nmFkT3x9qTqLrBv0\nZxLJw2vQe7uYp1cE", "has several lines")]
    [InlineData("this-is-my-production-signing-key-2026", "can be guessed")]
    [InlineData("nmFkT3x9qTqLrBv0ZxLJw2vQe7uYp1cD", "is the same as Jwt:SigningKey")]
    [InlineData("nmFkT3x9qTqLrBv0ZxLJw2vQe7uYp1cD\n", "is the same as Jwt:SigningKey")]
    public void A_previous_key_is_refused_like_the_current_one_and_named_with_its_index(string key, string fault)
    {
        var refused = Assert.Throws<OptionsValidationException>(
            () => Read((List + ":0", SecretMoves.Second), (List + ":1", ""), (List + ":10", key)));

        Assert.StartsWith($"{List}:10 {fault}", Assert.Single(refused.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_previous_keys_are_accepted_and_eleven_are_refused()
    {
        Assert.Equal(10, Read(Keys(10)).Count - 1);
        var refused = Assert.Throws<OptionsValidationException>(() => Read(Keys(11)));
        Assert.Equal($"{List} has 11 keys. Keep at most 10.", Assert.Single(refused.Failures));

        static (string Name, string? Value)[] Keys(int count) =>
            [.. Enumerable.Range(0, count).Select(index => ($"{List}:{index}", (string?)RandomSecret.Create()))];
    }

    [Fact]
    public void A_single_value_is_refused_because_it_would_be_ignored()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Read((List, SecretMoves.Second)));

        Assert.Equal($"{List} is not a list. Set {List}:0 and so on.", Assert.Single(refused.Failures));
    }

    [Fact]
    public void Keys_keep_their_order_and_empty_entries_count_as_none() => Assert.Equal(
        [BtecApi.SigningKey, SecretMoves.Third, SecretMoves.Second],
        Read((List, ""), (List + ":0", ""), (List + ":2", SecretMoves.Third + "\n"), (List + ":10", SecretMoves.Second)));

    /// <summary>Reads the settings in Production, and returns the secrets.</summary>
    private static List<string> Read(params (string Name, string? Value)[] settings)
    {
        var builder = DataLayer.CreateBuilder(
            settings.Prepend(("Jwt:SigningKey", BtecApi.SigningKey)).ToDictionary(StringComparer.Ordinal), "Production");
        builder.Services.AddSigning();
        using var services = builder.Services.BuildServiceProvider();
        return [.. services.GetRequiredService<IOptions<JwtOptions>>().Value.ListSecrets().Select(secret => secret.Reveal())];
    }
}
