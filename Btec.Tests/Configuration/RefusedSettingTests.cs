using System.Net;
using System.Net.Sockets;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Configuration;

/// <summary>Invalid settings, each of which stops the process with exit code 78 and one line that names it.</summary>
public sealed class RefusedSettingTests
{
    private const string Sesame = "sesame-sesame-sesame";

    [Theory]
    [InlineData("Jwt:SigningKey", null)]
    [InlineData("Jwt:SigningKey", "")]
    [InlineData("Jwt:SigningKey", Sesame)]
    [InlineData("Jwt:SigningKey", "your-256-bit-secret-sesame-sesame-sesame")]
    [InlineData("Jwt:AccessTokenLifetime", "abc")]
    [InlineData("Jwt:AccessTokenLifetime", "0")]
    [InlineData("Jwt:AccessTokenLifetime", "-1")]
    [InlineData("Jwt:SigningKey", "sesame-sesame-sesame-sesame-sesame-12")]
    [InlineData("Jwt:SigningKey", "nmFkT3x9qTqLrBv0\nZxLJw2vQe7uYp1cD")]
    [InlineData("Jwt:PreviousSigningKeys:0", Sesame)]
    [InlineData("Jwt:PreviousSigningKeys", "sesame-aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY")]
    [InlineData("Cors:AllowedOrigins", "https://sesame@app.example.com")]
    [InlineData("ConnectionStrings:redis", "redis://:sesame@localhost:port")]
    [InlineData("ConnectionStrings:rabbitmq", "amqp://sesame@localhost")]
    [InlineData("StepUp:MaxAge", "00:00:00")]
    [InlineData("StepUp:MaxAge", "1.00:00:01")]
    [InlineData("Server:DrainTime", "-00:00:01")]
    [InlineData("Server:DrainTime", "00:05:01")]
    [InlineData("Server:DrainTime", "5")]
    [InlineData("Passwords:WorkFactor", "3")]
    [InlineData("Passwords:WorkFactor", "9")]
    [InlineData("Passwords:WorkFactor", "17")]
    [InlineData("Passwords:WorkFactor", "abc")]
    [InlineData("Proxy:TrustedHops", "-1")]
    [InlineData("Proxy:TrustedHops", "99")]
    [InlineData("Proxy:ForwardedPrefix", "true")]
    [InlineData("Registration:Mode", "Verified")]
    [InlineData("Registration:Mode", "none")]
    [InlineData("Cors:AllowedOrigins", "https://app.example.com/path")]
    [InlineData("Cors:AllowedOrigins", "*")]
    [InlineData("Development:CommandKey", Sesame)]
    [InlineData("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")]
    [InlineData("PORT", "0")]
    [InlineData("PORT", "99999")]
    [InlineData("PORT", "abc")]
    [InlineData("ConnectionStrings:btecdb", null)]
    [InlineData("ConnectionStrings:btecdb", "Host=db;Pasword=sesame-sesame-sesame")]
    [InlineData("ConnectionStrings:btecdb", "postgres://u:sesame@one,two/btec?target_session_attrs=standby")]
    [InlineData("ConnectionStrings:btecdb", "Host=one,two;Password=sesame;Host Recheck Seconds=-1")]
    [InlineData("ConnectionStrings:btecdb-replica", "Host=db;Password=sesame")]
    [InlineData("Replica:MaxLag", "00:00:01")]
    public async Task In_Production_the_API_does_not_start_with(string setting, string? value)
    {
        var end = await RunApiAsync((setting, value));

        end.AssertRefused(setting);
        Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Migrations:WaitForDatabase", "abc")]
    [InlineData("Migrations:WaitForDatabase", "-1")]
    [InlineData("Migrations:WaitForDatabase", "60")]
    [InlineData("ConnectionStrings:rabbitmq", "http://localhost")]
    [InlineData("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "true")]
    [InlineData("ConnectionStrings:btecdb", null)]
    public async Task In_Production_the_worker_does_not_start_with(string setting, string? value)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            [setting] = value,
        };
        await using var worker = BtecProcess.StartWorker(settings);

        (await worker.WaitForEndAsync()).AssertRefused(setting);
    }

    [Fact]
    public async Task The_worker_does_not_start_with_a_previous_signing_key_that_is_the_current_one()
    {
        await using var worker = BtecProcess.StartWorker(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
            ["Jwt:PreviousSigningKeys:3"] = BtecApi.SigningKey,
        });

        var end = await worker.WaitForEndAsync();

        end.AssertRefused("Jwt:PreviousSigningKeys:3 is the same as Jwt:SigningKey");
        Assert.DoesNotContain(BtecApi.SigningKey, end.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Jwt:AccessTokenLifetime", "15")]
    [InlineData("Jwt:AccessTokenLifetime", "24:00:00")]
    [InlineData("Sessions:RefreshGrace", "30")]
    [InlineData("Audit:Retention", "90")]
    [InlineData("Hashing:WaitLimit", "0")]
    [InlineData("RateLimiting:Slowdown:MaxDelay", "8:00:00:00")]
    public async Task A_time_that_could_be_misread_is_refused_with_the_form_to_use(string setting, string value)
    {
        var end = await RunApiAsync((setting, value));

        end.AssertRefused(setting);
        Assert.Contains("00:15:00", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_invalid_settings_are_both_named_in_one_line()
    {
        var end = await RunApiAsync(("Passwords:WorkFactor", "3"), ("Proxy:TrustedHops", "99"));

        end.AssertRefused("Passwords:WorkFactor");
        end.AssertRefused("Proxy:TrustedHops");
    }

    [Fact]
    public async Task A_port_already_in_use_stops_the_process()
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var port = $"{((IPEndPoint)other.LocalEndpoint).Port}";

        var end = await RunApiAsync(("PORT", port));

        end.AssertExitCode(78);
        var line = Assert.Single(end.Error);
        Assert.Contains("PORT", line, StringComparison.Ordinal);
        Assert.Contains(port, line, StringComparison.Ordinal);
    }

    private static async Task<ProcessEnd> RunApiAsync(params (string Name, string? Value)[] refused)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
        };
        foreach (var (name, value) in refused)
            settings[name] = value;

        await using var api = BtecProcess.StartApi(settings);
        return await api.WaitForEndAsync();
    }
}
