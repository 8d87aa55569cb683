using Btec.Api.Features.Sessions;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Sessions;

public sealed class SessionOptionsTests
{
    [Theory]
    [InlineData("RefreshIdleLifetime", "00:00:00")]
    [InlineData("RefreshIdleLifetime", "-1.00:00:00")]
    [InlineData("RefreshIdleLifetime", "30.00:00:01")]
    [InlineData("RefreshAbsoluteLifetime", "00:00:00.5")]
    [InlineData("RefreshAbsoluteLifetime", "367.00:00:00")]
    [InlineData("RefreshAbsoluteLifetime", "13.00:00:00")]
    [InlineData("RefreshGrace", "-00:00:01")]
    [InlineData("RefreshGrace", "00:05:01")]
    public void Invalid_lifetimes_are_refused_by_name(string setting, string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Read((setting, value)));

        Assert.Contains("Sessions:Refresh", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1001")]
    public void An_invalid_number_of_sessions_is_refused_by_name(string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Read(("MaxPerUser", value)));

        Assert.Equal("Sessions:MaxPerUser must be between 1 and 1000.", refused.Message);
    }

    [Fact]
    public void The_bounds_are_inclusive()
    {
        Read(("RefreshGrace", "00:00:00"), ("RefreshIdleLifetime", "00:00:01"), ("RefreshAbsoluteLifetime", "00:00:01"));
        Read(("MaxPerUser", "1"));
        Read(("MaxPerUser", "1000"));
        Read(("RefreshGrace", "00:05:00"), ("RefreshIdleLifetime", "366.00:00:00"), ("RefreshAbsoluteLifetime", "366.00:00:00"));
    }

    [Fact]
    public void The_defaults_are_14_days_30_days_30_seconds_and_100_sessions()
    {
        var options = Read();

        Assert.Equal(TimeSpan.FromDays(14), options.RefreshIdleLifetime);
        Assert.Equal(TimeSpan.FromDays(30), options.RefreshAbsoluteLifetime);
        Assert.Equal(TimeSpan.FromSeconds(30), options.RefreshGrace);
        Assert.Equal(100, options.MaxPerUser);
    }

    [Fact]
    public async Task The_API_does_not_start_with_an_invalid_lifetime()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(database.ToSettings(
            ("Jwt:SigningKey", BtecApi.SigningKey), ("Sessions:RefreshGrace", "01:00:00")));

        var end = await api.WaitForEndAsync();

        end.AssertRefused("Sessions:RefreshGrace");
    }

    private static SessionOptions Read(params (string Name, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"Sessions:{setting.Name}", setting.Value))).Build());
        services.AddSessions();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<SessionOptions>>().Value;
    }
}
