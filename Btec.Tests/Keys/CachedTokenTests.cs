using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>Access tokens whose validation is cached. They are accepted exactly as long as uncached ones.</summary>
public abstract class CachedTokenTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : CachedTokenTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CachedTokenTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    public async Task A_cached_token_expires_on_time_and_not_a_second_before(string algorithm)
    {
        await using var api = await StartAsync(algorithm, ("Jwt:AccessTokenLifetime", "00:10:00"));
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        await AssertAcceptedAsync(client, tokens.Access, times: 3);

        api.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(29));
        await AssertAcceptedAsync(client, tokens.Access, times: 1);
        api.Clock.Advance(TimeSpan.FromSeconds(1));

        using var late = await client.GetMeAsync(tokens.Access);
        await late.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_expired");
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    [Asvs("14.2.2")]
    public async Task A_cached_token_is_refused_on_the_first_request_after_its_session_ended(string algorithm)
    {
        await using var api = await StartAsync(algorithm);
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        await AssertAcceptedAsync(client, tokens.Access, times: 3);

        using var logout = await client.LogOutAsync(tokens.Access);

        await client.AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task A_cached_token_is_refused_once_its_key_is_deleted()
    {
        await using var api = await StartAsync("ES256");
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        await AssertAcceptedAsync(client, tokens.Access, times: 3);

        await api.Database.ExecuteAsync("DELETE FROM signing_keys");
        api.Clock.Advance(TimeSpan.FromHours(1));

        using var late = await client.GetMeAsync(tokens.Access);
        await late.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task A_cached_token_does_not_validate_a_forged_one()
    {
        await using var api = await StartAsync("HS256");
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        await AssertAcceptedAsync(client, tokens.Access, times: 3);

        var last = tokens.Access[^2] == 'A' ? 'B' : 'A';
        using var forged = await client.GetMeAsync(tokens.Access[..^2] + last + tokens.Access[^1]);

        await forged.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    /// <summary>Validates more tokens than the cache holds, so that the first one is evicted.</summary>
    [Fact]
    public async Task A_token_evicted_from_the_cache_is_still_accepted()
    {
        await using var api = await StartAsync("HS256");
        var client = api.CreateClient();
        var first = await client.StartSessionOfNewUserAsync();
        for (var number = 0; number < 2500; number++)
        {
            var other = TokenForge.ClaimsOf(first.Access);
            other["jti"] = $"other {number}";
            await AssertAcceptedAsync(client, TokenForge.Sign(TokenForge.Header(), other), times: 1);
        }

        await AssertAcceptedAsync(client, first.Access, times: 2);
    }

    private Task<BtecApi> StartAsync(string algorithm, params (string Name, string? Value)[] settings) => BtecApi.StartAsync(
        kind, settings.Append(("Jwt:Algorithm", algorithm)).ToDictionary(StringComparer.Ordinal));

    private static async Task AssertAcceptedAsync(HttpClient client, string token, int times)
    {
        for (var call = 0; call < times; call++)
        {
            using var me = await client.GetMeAsync(token);
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        }
    }
}
