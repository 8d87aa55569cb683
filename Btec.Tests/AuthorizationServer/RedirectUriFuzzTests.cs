using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Redirect URIs that are almost those of the client.</summary>
public sealed class RedirectUriFuzzTests(SqliteApi shared)
{
    private const int Count = 2_400;

    private static readonly string[] Registered =
    [
        "https://client.example/callback", "https://client.example/callback?tenant=1", "com.example.app:/oauth",
        "http://127.0.0.1/callback", "http://[::1]:8080/callback",
    ];

    private static readonly string[] Insertions =
    [
        "/", "//", "\\", "@", "#", "?", "&", "=", ".", "..", "/..", "/../", "%2e%2e/", "%2f", "%5c", "%00", "%0d%0a", "%09", "\t", "\n", "\0",
        " ", "*", ":", ":443", ":80", ":@", ";", ",", "'", "\"", "<", "http://", "https://", "javascript:", "evil.example",
        ".evil.example", "@evil.example", "evil.example/", "#@evil.example", "?@evil.example", "\\@evil.example", "%40evil.example", "//evil.example",
        "/%09/evil.example", "localhost",
        "127.0.0.1", "0", "0x7f.1", "２", "é", "%C3%A9", "ⓔ", "\u202e", "\u200b", "\ufeff", "x",
    ];

    private static readonly string[] Hosts =
    [
        "client.example.evil.example", "evil.example", "client.example:444", "www.client.example", "client-example", "CLIENT.example",
    ];

    private readonly BtecApi _api = shared.Api;

    [Fact]
    [Asvs("10.4.1", "3.7.2")]
    public async Task Nothing_but_the_registered_URIs_is_ever_redirected_to()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true, change: client => client.RedirectUris = Registered);
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var noise = new SeededNoise(20_261_130);
        var variants = Enumerable.Range(0, int.MaxValue).Select(_ => Vary(noise.Pick(Registered), noise))
            .Where(uri => !IsRegistered(uri)).Distinct(StringComparer.Ordinal).Take(Count).ToList();

        await Parallel.ForEachAsync(
            variants,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (uri, _) =>
            {
                using var response = await browser.OpenAsync(AuthorizationMoves.PathOf(clientId, ("redirect_uri", uri)));
                Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{response.StatusCode} for {Uri.EscapeDataString(uri)}");
                Assert.Null(response.Headers.Location);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            });
    }

    [Theory]
    [InlineData("https://client.example/callback")]
    [InlineData("https://client.example/callback?tenant=1")]
    [InlineData("com.example.app:/oauth")]
    [InlineData("http://127.0.0.1/callback")]
    [InlineData("http://127.0.0.1:1/callback")]
    [InlineData("http://127.0.0.1:65535/callback")]
    [InlineData("http://[::1]/callback")]
    [InlineData("http://[::1]:49152/callback")]
    public async Task The_registered_ones_and_any_port_of_a_loopback_address_work(string uri)
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true, change: client => client.RedirectUris = Registered);
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;

        using var response = await browser.OpenAsync(AuthorizationMoves.PathOf(clientId, ("redirect_uri", uri)));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var separator = uri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        Assert.StartsWith($"{uri}{separator}code=", response.Headers.GetValues("Location").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:8080/callback")]
    [InlineData("http://127.0.0.1:0/callback")]
    [InlineData("http://127.0.0.1:65536/callback")]
    [InlineData("http://127.0.0.1:99999/callback")]
    [InlineData("http://127.0.0.1:08080/callback")]
    [InlineData("http://127.0.0.1:/callback")]
    [InlineData("http://127.0.0.1:80@evil.example/callback")]
    [InlineData("https://127.0.0.1:8080/callback")]
    [InlineData("http://127.1:8080/callback")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:8080/callback")]
    [InlineData("http://127.0.0.1:8080/callback/")]
    [InlineData("http://127.0.0.1:8080/other")]
    [InlineData("http://127.0.0.1:8080/callback\n")]
    public async Task Only_the_port_of_a_loopback_address_is_free(string uri)
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true, change: client => client.RedirectUris = Registered);
        using var browser = new TestBrowser(_api);

        using var response = await browser.OpenAsync(AuthorizationMoves.PathOf(clientId, ("redirect_uri", uri)));

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "redirect_uri_invalid");
    }

    private static string Vary(string uri, SeededNoise noise)
    {
        var text = new StringBuilder(uri);
        for (var edits = 1 + noise.Below(2); edits > 0; edits--)
            Edit(text, noise);

        return text.ToString();
    }

    private static void Edit(StringBuilder text, SeededNoise noise)
    {
        var position = noise.Below(text.Length);
        switch (noise.Below(6))
        {
            case 0:
                text.Remove(position, 1);
                break;
            case 1:
                var letter = text[position];
                text[position] = char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter);
                break;
            case 2:
                text.Append(noise.Pick(Insertions));
                break;
            case 3:
                text.Insert(0, noise.Pick(Insertions));
                break;
            case 4:
                text.Replace("client.example", noise.Pick(Hosts));
                break;
            default:
                text.Insert(position, noise.Pick(Insertions));
                break;
        }
    }

    /// <summary>Returns whether a URI is registered, or a registered loopback address with another port, by other means than those of the
    /// server.</summary>
    private static bool IsRegistered(string uri)
    {
        if (Registered.Contains(uri, StringComparer.Ordinal))
            return true;

        foreach (var host in new[] { "http://127.0.0.1", "http://[::1]" })
        {
            if (!uri.StartsWith(host, StringComparison.Ordinal) || !uri.EndsWith("/callback", StringComparison.Ordinal))
                continue;

            var port = uri[host.Length..^"/callback".Length];
            if (port.Length == 0 || (port[0] == ':' && port.Length is > 1 and < 7 && port[1] != '0' && port[1..].All(char.IsAsciiDigit)))
                return true;
        }

        return false;
    }
}
