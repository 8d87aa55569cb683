using System.Net;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

public sealed class RateLimitSettingTests
{
    [Fact]
    public async Task Rate_limits_are_enabled_by_default_and_can_be_disabled()
    {
        Assert.True(new RateLimitingOptions().Enabled);
        await using var byDefault = await BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings());
        await using var off = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, LimitedApi.Settings(("RateLimiting:Enabled", "false"), ("RateLimiting:Login:PerAddress:Limit", "1")));

        using var limited = await byDefault.CreateClient().TryLoginAsync(ApiMoves.NewEmail());
        Assert.Equal("\"address\";q=60;w=60, \"account\";q=30;w=900", limited.Header("RateLimit-Policy"));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var free = await off.CreateClient().TryLoginAsync(ApiMoves.NewEmail());
            Assert.Equal(HttpStatusCode.Unauthorized, free.StatusCode);
            Assert.Empty(free.Header("RateLimit"));
            Assert.Empty(free.Header("RateLimit-Policy"));
        }
    }

    [Theory]
    [InlineData("RateLimiting:Login:PerAddress:Limit", "0")]
    [InlineData("RateLimiting:Login:PerAccount:Limit", "1000001")]
    [InlineData("RateLimiting:Recovery:PerAccount:Window", "00:00:00")]
    [InlineData("RateLimiting:Recovery:PerAccount:Window", "2.00:00:00")]
    [InlineData("RateLimiting:Refresh:PerAddress:Limit", "many")]
    [InlineData("RateLimiting:Login:PerSite:Limit", "0")]
    [InlineData("RateLimiting:Login:PerNetwork:Window", "00:00:00.5")]
    [InlineData("RateLimiting:KnownSlowdown:MaxDelay", "2.00:00:00")]
    [InlineData("RateLimiting:SecondFactor:Limit", "0")]
    [InlineData("RateLimiting:SecondFactor:Window", "2.00:00:00")]
    [InlineData("RateLimiting:Mfa:PerAccount:Limit", "0")]
    [InlineData("RateLimiting:Slowdown:AfterFailures", "0")]
    [InlineData("RateLimiting:Slowdown:ForgetAfter", "00:00:01")]
    public async Task An_invalid_limit_is_refused_by_name_at_the_start(string setting, string value)
    {
        await using var process = BtecProcess.StartApi(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=:memory:",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
            [setting] = value,
        });

        (await process.WaitForEndAsync()).AssertRefused(setting);
    }
}
