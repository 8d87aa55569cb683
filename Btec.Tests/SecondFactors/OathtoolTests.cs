using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Btec.Api.Features.SecondFactors;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.SecondFactors;

/// <summary>The codes of <c>oathtool</c>, which others wrote.</summary>
public sealed class OathtoolTests(SqliteApi shared)
{
    private const int Count = 200;

    [Theory]
    [InlineData(0)]
    [InlineData(1_111_111_111)]
    [InlineData(4_102_444_800)]
    public async Task It_computes_the_same_codes_of_any_secret(long from)
    {
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);

        var codes = await RunAsync(Base32.Encode(secret), DateTimeOffset.FromUnixTimeSeconds(from), Count);

        Assert.Equal(
            Enumerable.Range(0, Count).Select(step => Totp.CodeOf(secret, (from / Totp.StepSeconds) + step)).ToList(), codes);
    }

    [Fact]
    public async Task Its_code_confirms_an_authenticator()
    {
        var (_, _, tokens) = await shared.Api.StartConfirmedAccountAsync();
        var authenticator = await shared.Api.BeginTotpAsync(tokens);

        var code = Assert.Single(await RunAsync(authenticator.Secret, shared.Api.Clock.GetUtcNow(), count: 1));

        using var response = await shared.Api.CreateClient().ConfirmTotpAsync(tokens, authenticator.Id, code);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string secret, DateTimeOffset from, int count)
    {
        var start = new ProcessStartInfo("oathtool")
        {
            ArgumentList =
            {
                "--totp", "--base32", $"--window={count - 1}",
                $"--now={from.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}", "-",
            },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteLineAsync(secret);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (Win32Exception)
        {
            TestDatabase.SkipOrFail("oathtool is not installed.");
            throw;
        }
    }
}
