using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The lifetime of access tokens. Every test moves its own clock.</summary>
public abstract class TokenLifetimeTests(DatabaseKind kind)
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public sealed class OnSqlite() : TokenLifetimeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : TokenLifetimeTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData(null, 691200)]
    [InlineData("00:15:00", 900)]
    [InlineData("00:00:01", 1)]
    [InlineData("30.00:00:00", 2592000)]
    [Asvs("9.2.1")]
    public async Task A_token_expires_after_its_lifetime_and_the_clock_skew_and_not_a_second_before(string? setting, int seconds)
    {
        await using var api = await StartAsync(("Jwt:AccessTokenLifetime", setting));
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        using var login = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        var answer = await login.ReadJsonAsync();
        Assert.Equal(seconds, answer.GetProperty("expires_in").GetInt64());
        var token = answer.GetProperty("access_token").GetString()!;
        var expires = DateTimeOffset.FromUnixTimeSeconds(TokenForge.Open(token).Claims.GetProperty("exp").GetInt64());

        api.Clock.SetUtcNow(expires + Skew - TimeSpan.FromSeconds(1));
        using var last = await client.GetMeAsync(token);
        api.Clock.SetUtcNow(expires + Skew);
        using var late = await client.GetMeAsync(token);

        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        await AssertExpiredAsync(late);
    }

    [Fact]
    public async Task An_expired_token_stays_expired_and_a_new_login_works()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var token = await client.LoginAsync(email);

        api.Clock.Advance(TimeSpan.FromDays(1000));

        using var late = await client.GetMeAsync(token);
        await AssertExpiredAsync(late);
        using var again = await client.GetMeAsync(await client.LoginAsync(email));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData(30, HttpStatusCode.OK)]
    [InlineData(31, HttpStatusCode.Unauthorized)]
    [Asvs("9.2.1")]
    public async Task A_token_that_is_not_yet_valid_is_refused_beyond_the_clock_skew(int seconds, HttpStatusCode expected)
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        api.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(api.Clock.GetUtcNow().ToUnixTimeSeconds() + 1));
        var claims = TokenForge.ClaimsOf((await client.StartSessionOfNewUserAsync()).Access);
        claims["nbf"] = api.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds;

        using var response = await client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_forged_expired_token_is_invalid_rather_than_expired()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var claims = TokenForge.ClaimsOf((await client.StartSessionOfNewUserAsync()).Access);
        claims["exp"] = api.Clock.GetUtcNow().ToUnixTimeSeconds() - 3600;

        using var response = await client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims, _ => new byte[32]));

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task Issuer_and_audience_are_configurable()
    {
        await using var api = await StartAsync(("Jwt:Issuer", "https://auth.example.com"), ("Jwt:Audience", "shop"));
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);

        var token = await client.LoginAsync(email);

        var claims = TokenForge.Open(token).Claims;
        Assert.Equal("https://auth.example.com", claims.GetProperty("iss").GetString());
        Assert.Equal("shop", claims.GetProperty("aud").GetString());
        using var own = await client.GetMeAsync(token);
        var defaults = TokenForge.ClaimsOf(token);
        (defaults["iss"], defaults["aud"]) = ("btec", "btec-api");
        using var withDefaults = await client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), defaults));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        await withDefaults.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    private Task<BtecApi> StartAsync(params (string Name, string? Value)[] settings) => BtecApi.StartAsync(
        kind, settings.Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.OrdinalIgnoreCase));

    private static async Task AssertExpiredAsync(HttpResponseMessage response)
    {
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_expired");
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }
}
