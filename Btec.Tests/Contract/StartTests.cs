using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The settings with which the API starts or refuses to start, tested on a process of its own.</summary>
public sealed class StartTests
{
    private const string Key = "q8ZsW2rT6yUe0PbN4mKx7VdLh3GcJf5A";

    [Theory]
    [InlineData("ConnectionStrings:btecdb", null)]
    [InlineData("Jwt:SigningKey", null)]
    [InlineData("Jwt:SigningKey", "")]
    [InlineData("Jwt:SigningKey", "q8ZsW2rT6yUe0PbN4mKx7VdLh3GcJf5")]
    [InlineData("Jwt:SigningKey", "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7")]
    [InlineData("Jwt:SigningKey", "your-256-bit-secret-your-256-bit-secret")]
    [InlineData("Jwt:SigningKey", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Jwt:AccessTokenLifetime", "00:00:00")]
    [InlineData("Passwords:WorkFactor", "9")]
    [InlineData("Passwords:WorkFactor", "17")]
    [InlineData("Passwords:WorkFactor", "twelve")]
    [InlineData("Hashing:Workers", "0")]
    [InlineData("Hashing:QueueLimit", "-1")]
    [InlineData("Hashing:WaitLimit", "00:00:00")]
    [InlineData("Hashing:WaitLimit", "00:01:01")]
    [InlineData("Cors:AllowedOrigins", "https://app.example.com/path")]
    [InlineData("Proxy:TrustedHops", "-1")]
    [InlineData("PORT", "70000")]
    [Asvs("11.2.3", "13.2.3")]
    public async Task Production_refuses_to_start_with_a_missing_or_unsafe_setting_and_names_it(string name, string? value)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=btec.db",
            ["Jwt:SigningKey"] = Key,
            [name] = value,
        };
        await using var process = BtecProcess.StartApi(settings);

        var end = await process.WaitForEndAsync();

        end.AssertRefused(name);
        Assert.DoesNotContain(Key, end.Text, StringComparison.Ordinal);
        if (name == "Jwt:SigningKey" && value?.Length > 0)
            Assert.DoesNotContain(value, end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Development_creates_a_key_and_a_database_and_keeps_them_across_restarts()
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-start-");
        try
        {
            var email = ApiMoves.NewEmail();
            string token;
            await using (var first = StartInDevelopment(folder))
            {
                using var client = await first.ConnectAsync();
                await client.RegisterAsync(email);
                token = await client.LoginAsync(email);
            }

            await using (var second = StartInDevelopment(folder))
            {
                using var client = await second.ConnectAsync();
                using var response = await client.GetMeAsync(token);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }

            var key = Path.Combine(folder.FullName, "dev-signing-key");
            Assert.True(File.Exists(key));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BtecProcess StartInDevelopment(DirectoryInfo folder) => BtecProcess.StartApi(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Passwords:WorkFactor"] = "4",
        },
        folder.FullName);
}
