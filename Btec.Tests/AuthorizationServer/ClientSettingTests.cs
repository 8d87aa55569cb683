using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The settings under <c>OAuth</c> and <c>Pages</c>.</summary>
public sealed class ClientSettingTests
{
    private const string Client = "OAuth:Clients:0";
    private const string Secret = "sesame-aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY";

    [Theory]
    [InlineData("OAuth:AccessTokenLifetime", "00:00:00")]
    [InlineData("OAuth:AccessTokenLifetime", "1.00:00:01")]
    [InlineData($"{Client}:Id", "")]
    [InlineData($"{Client}:Id", "btec")]
    [InlineData($"{Client}:Id", "btec-pages")]
    [InlineData($"{Client}:Id", "42")]
    [InlineData($"{Client}:Id", "sesame/client")]
    [InlineData($"{Client}:Id", "-sesame")]
    [InlineData($"{Client}:Id", "sésame")]
    [InlineData($"{Client}:Name", "sesame\u202Ename")]
    [InlineData($"{Client}:Name", " ")]
    [InlineData($"{Client}:Secret", "sesame")]
    [InlineData($"{Client}:Secret", "sesame\tsesame sesame sesame sesame sesame")]
    [InlineData($"{Client}:RedirectUris:1", "https://sesame@app.example.com/cb")]
    [InlineData($"{Client}:RedirectUris:7", "https://app.example.com/#sesame")]
    [InlineData($"{Client}:RedirectUris", "https://app.example.com/cb sesame")]
    [InlineData($"{Client}:PostLogoutRedirectUris:0", "http://sesame.example.com/")]
    [InlineData($"{Client}:Scopes:0", "sesame")]
    [InlineData($"{Client}:GrantTypes:0", "sesame")]
    [InlineData($"{Client}:GrantTypes:0", "password")]
    [InlineData($"{Client}:GrantTypes", "refresh_token")]
    [InlineData($"{Client}:Resources:0", "sesame")]
    [InlineData($"{Client}:BackChannelLogoutUri", "com.example.sesame:/cb")]
    [InlineData($"{Client}:ClientUri", "javascript:sesame()")]
    [InlineData("OAuth:Scopes:0:Name", "sesame sesame")]
    [InlineData("OAuth:Scopes:0:Name", "openid")]
    [InlineData("OAuth:Scopes:0:Description", "sesame\nsesame")]
    [InlineData("OAuth:Scopes:0:Description", "")]
    [InlineData("Pages:SiteName", "sesame\u0007")]
    [InlineData("Pages:LogoUrl", "http://sesame.example.com/logo.svg")]
    [InlineData("Pages:LogoUrl", "//sesame.example.com/logo.svg")]
    [InlineData("Pages:LogoUrl", "/\\sesame.example.com/logo.svg")]
    [InlineData("Pages:LogoUrl", "data:image/svg+xml;sesame")]
    [InlineData("Pages:Accent", "red")]
    [InlineData("Pages:Accent", "#12345g")]
    public void A_setting_that_is_not_usable_is_named_and_not_quoted(string setting, string value)
    {
        var fault = Assert.Single(FindFaults(WithClient((setting, value))));

        Assert.StartsWith($"{setting} ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_makes_no_sense_as_a_whole_is_refused()
    {
        Assert.StartsWith($"{Client}:RedirectUris ", Only(new(StringComparer.Ordinal) { [$"{Client}:Id"] = "app" }), StringComparison.Ordinal);
        Assert.StartsWith($"{Client}:GrantTypes ", Only(new(StringComparer.Ordinal)
        {
            [$"{Client}:Id"] = "app",
            [$"{Client}:GrantTypes"] = "client_credentials",
        }), StringComparison.Ordinal);
        Assert.StartsWith($"{Client}:MayIntrospect ", Only(WithClient(($"{Client}:MayIntrospect", "true"))), StringComparison.Ordinal);

        static string Only(Dictionary<string, string> settings) => Assert.Single(FindFaults(settings));
    }

    [Fact]
    public void Two_clients_and_two_scopes_of_one_name_are_refused()
    {
        var faults = FindFaults(WithClient(
            ("OAuth:Clients:3:Id", "app"), ("OAuth:Clients:3:RedirectUris", "https://app.example.com/cb"),
            ("OAuth:Scopes:0:Name", "notes"), ("OAuth:Scopes:0:Description", "Read your notes."),
            ("OAuth:Scopes:1:Name", "notes"), ("OAuth:Scopes:1:Description", "Read your notes.")));

        Assert.Equal(["OAuth:Scopes:1:Name is that of another scope.", "OAuth:Clients:3:Id is that of another client."], faults);
    }

    [Fact]
    public void Ten_redirect_URIs_are_accepted_and_eleven_are_refused()
    {
        Assert.Empty(FindFaults(WithClient(Uris(10))));
        Assert.Equal($"{Client}:RedirectUris has 11 entries. Use at most 10.", Assert.Single(FindFaults(WithClient(Uris(11)))));

        static (string, string)[] Uris(int count) =>
            [.. Enumerable.Range(0, count).Select(index => ($"{Client}:RedirectUris:{index}", $"https://app.example.com/{index}"))];
    }

    [Fact]
    public void A_client_is_read_with_its_defaults()
    {
        var client = Assert.Single(Read(WithClient(($"{Client}:Secret", Secret), ($"{Client}:Resources", "https://one.example urn:two"))));

        Assert.Equal(("app", "app", true, false, false), (client.Id, client.Name, client.IsConfidential, client.IsFirstParty, client.MayIntrospect));
        Assert.Equal(["https://app.example.com/cb"], client.RedirectUris);
        Assert.Equal(["openid", "profile", "email", "offline_access"], client.Scopes);
        Assert.Equal(["authorization_code", "refresh_token"], client.GrantTypes);
        Assert.Equal(["https://one.example", "urn:two"], client.Resources);
        Assert.Equal(ClientSecret.Hash(new Btec.Data.Keys.Secret(Secret)), Assert.Single(client.SecretHashes));
    }

    [Theory]
    [InlineData($"{Client}:RedirectUris:1", "https://app.example.com/sesame#x")]
    [InlineData("Pages:Accent", "sesame")]
    [InlineData("OAuth:AccessTokenLifetime", "60")]
    [InlineData($"{Client}:FirstParty", "sesame")]
    public async Task The_API_does_not_start_with(string setting, string value)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
        };
        foreach (var (name, text) in WithClient((setting, value)))
            settings[name] = text;

        await using var api = BtecProcess.StartApi(settings);
        var end = await api.WaitForEndAsync();

        end.AssertRefused(setting);
        Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
    }

    /// <summary>The settings of a valid client and a valid scope, if the given ones name it, with the given ones in place of
    /// theirs.</summary>
    private static Dictionary<string, string> WithClient(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [$"{Client}:Id"] = "app",
            [$"{Client}:RedirectUris:0"] = "https://app.example.com/cb",
        };
        if (settings.Any(setting => setting.Name.StartsWith("OAuth:Scopes:0", StringComparison.Ordinal)))
            (all["OAuth:Scopes:0:Name"], all["OAuth:Scopes:0:Description"]) = ("notes", "Read your notes.");

        foreach (var (name, value) in settings)
            all[name] = value;

        return all;
    }

    private static IReadOnlyList<string> FindFaults(Dictionary<string, string> settings)
    {
        var configuration = Build(settings);
        var oauth = new OAuthOptions();
        oauth.Read(configuration);
        var pages = new PagesOptions();
        configuration.GetSection(PagesOptions.SectionName).Bind(pages);
        return
        [
            .. new OAuthOptionsValidator().Validate(name: null, oauth).Failures ?? [],
            .. new PagesOptionsValidator().Validate(name: null, pages).Failures ?? [],
        ];
    }

    private static IReadOnlyList<RegisteredClient> Read(Dictionary<string, string> settings)
    {
        var oauth = new OAuthOptions();
        oauth.Read(Build(settings));
        Assert.True(new OAuthOptionsValidator().Validate(name: null, oauth).Succeeded);
        return new ConfiguredClients(Options.Create(oauth)).All;
    }

    private static IConfigurationRoot Build(Dictionary<string, string> settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build();
}
