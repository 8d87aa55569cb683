using Btec.Api.Features.ExternalProviders;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace Btec.Tests.ExternalProviders;

/// <summary>The settings under <c>External</c>.</summary>
public sealed class ExternalSettingTests
{
    private const string Provider = "External:Providers:0";

    [Theory]
    [InlineData($"{Provider}:Name", "Sesame")]
    [InlineData($"{Provider}:Name", "")]
    [InlineData($"{Provider}:Name", "link")]
    [InlineData($"{Provider}:Name", "sesame/../x")]
    [InlineData($"{Provider}:DisplayName", "sesame\u202E")]
    [InlineData($"{Provider}:Kind", "sesame")]
    [InlineData($"{Provider}:Issuer", "")]
    [InlineData($"{Provider}:Issuer", "http://sesame.example")]
    [InlineData($"{Provider}:Issuer", "https://sesame@example.com")]
    [InlineData($"{Provider}:Issuer", "https://example.com/?sesame")]
    [InlineData($"{Provider}:ClientId", "")]
    [InlineData($"{Provider}:ClientId", "sesame\tsesame")]
    [InlineData($"{Provider}:ClientSecret", "")]
    [InlineData($"{Provider}:ClientSecret", "sésame")]
    [InlineData($"{Provider}:Scopes", "sesame")]
    [InlineData($"{Provider}:ApiUrl", "https://sesame.example")]
    [InlineData("External:RedirectUris:0", "https://sesame.example/#x")]
    [InlineData("PublicUrl", null)]
    public void A_setting_that_is_not_usable_is_named_and_not_quoted(string setting, string? value)
    {
        var fault = Assert.Single(FindFaults(setting, value));

        Assert.StartsWith($"{setting} ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", fault, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_API_does_not_start_with_a_provider_without_a_secret()
    {
        await using var api = BtecProcess.StartApi(new Dictionary<string, string?>(Settings($"{Provider}:ClientSecret", null), StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
        });

        (await api.WaitForEndAsync()).AssertRefused($"{Provider}:ClientSecret");
    }

    [Theory]
    [InlineData($"{Provider}:ClientId", "an id")]
    [InlineData($"{Provider}:ClientSecret", "a ~secret")]
    public void Ids_and_secrets_may_have_spaces(string setting, string value) => Assert.Empty(FindFaults(setting, value));

    [Fact]
    public void Two_providers_of_one_name_are_refused_and_GitHub_needs_no_issuer()
    {
        var settings = Settings("External:Providers:1:Name", "google");
        settings["External:Providers:1:Kind"] = "github";
        settings["External:Providers:1:ClientId"] = "id";
        settings["External:Providers:1:ClientSecret"] = "secret";

        Assert.Equal(["External:Providers:1:Name is that of another provider."], FindFaults(settings), StringComparer.Ordinal);
    }

    private static IEnumerable<string> FindFaults(string setting, string? value) => FindFaults(Settings(setting, value));

    private static IEnumerable<string> FindFaults(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = new ExternalOptions();
        options.Read(configuration);
        var address = Options.Create(new PublicAddressOptions { PublicUrl = settings["PublicUrl"] });
        var validator = new ExternalOptionsValidator(address, new HostingEnvironment { EnvironmentName = "Production" });
        return validator.Validate(name: null, options).Failures ?? [];
    }

    private static Dictionary<string, string?> Settings(string setting, string? value) => new(StringComparer.Ordinal)
    {
        ["PublicUrl"] = "https://auth.example.com",
        [$"{Provider}:Name"] = "google",
        [$"{Provider}:Issuer"] = "https://accounts.example.com",
        [$"{Provider}:ClientId"] = "id",
        [$"{Provider}:ClientSecret"] = "secret",
        [setting] = value,
    };
}
