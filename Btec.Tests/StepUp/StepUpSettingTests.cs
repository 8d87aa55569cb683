using Btec.Tests.Infrastructure;

namespace Btec.Tests.StepUp;

/// <summary>The setting <c>StepUp:MaxAge</c>.</summary>
public sealed class StepUpSettingTests
{
    [Fact]
    public async Task The_maximum_age_is_configurable_and_stated_by_the_refusal()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal) { ["StepUp:MaxAge"] = "00:00:10" });
        var client = api.CreateClient();
        var (_, _, tokens) = await client.StartAccountAsync();

        api.Clock.Advance(TimeSpan.FromSeconds(10));
        await client.AssertPassesAsync(tokens.Access);
        api.Clock.Advance(TimeSpan.FromSeconds(1));

        using var response = await client.CallProtectedAsync(tokens.Access);
        await response.AssertStepUpRequiredAsync("urn:btec:acr:1", maxAge: 10);
    }
}
