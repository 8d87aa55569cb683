using System.Security.Cryptography;
using System.Text;
using Btec.Api.Mail;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Configuration;

/// <summary>The reading of secrets, and the strength of the signing key.</summary>
public sealed class SecretSettingTests
{
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\n\n")]
    public async Task A_line_end_behind_a_secret_is_not_a_part_of_it(string lineEnd)
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Jwt:SigningKey"] = BtecApi.SigningKey + lineEnd,
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:From"] = "no-reply@example.com",
            ["Mail:UserName"] = "btec",
            ["Mail:Password"] = "sesame" + lineEnd,
            ["PublicUrl"] = "https://auth.example.com",
        });

        Assert.Equal(BtecApi.SigningKey, api.Services.GetRequiredService<IOptions<JwtOptions>>().Value.SigningKey!.Reveal());
        Assert.Equal("sesame", api.Services.GetRequiredService<IOptions<MailOptions>>().Value.Password!.Reveal());
    }

    [Theory]
    [InlineData("passwordpasswordpasswordpassword12")]
    [InlineData("Summer2024!Summer2024!Summer2024!")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("12345678901234567890123456789012")]
    [InlineData("qwertyuiopasdfghjklzxcvbnm1234567890")]
    [InlineData("this-is-my-production-signing-key-2026")]
    [InlineData("MyVerySigningKeyForProduction!!1234")]
    [InlineData("SecretKeyForJwtTokenGeneration12345")]
    [InlineData("correct horse battery staple correct horse")]
    [InlineData("CORRECT-HORSE-BATTERY-STAPLE-CORRECT")]
    public void Production_refuses_a_signing_key_that_can_be_guessed(string key)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => ReadKey(key, "Production"));

        Assert.StartsWith("Jwt:SigningKey ", Assert.Single(refused.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Production_accepts_random_keys()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var bytes = SHA256.HashData(Encoding.ASCII.GetBytes($"seed {seed}"));
            foreach (var key in new[]
            {
                Convert.ToBase64String(bytes), Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(bytes.AsSpan(16)),
                Convert.ToHexString(bytes.AsSpan(16)), new Guid(bytes.AsSpan(16)).ToString(),
            })
                Assert.Equal(key, ReadKey(key, "Production"));
        }
    }

    [Fact]
    public void Development_accepts_words() =>
        Assert.Equal("this-is-my-production-signing-key-2026", ReadKey("this-is-my-production-signing-key-2026", "Development"));

    private static string ReadKey(string key, string environment)
    {
        var builder = DataLayer.CreateBuilder(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Jwt:SigningKey"] = key }, environment);
        builder.Services.AddSigning();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<JwtOptions>>().Value.SigningKey!.Reveal();
    }
}
