using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Attacks on authorization codes.</summary>
public abstract class CodeAttackTests(OwnApi own)
{
    private const int Crowd = 100;
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : CodeAttackTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : CodeAttackTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task Of_a_hundred_uses_of_a_code_through_two_instances_one_succeeds_and_its_tokens_are_dead_afterwards()
    {
        await using var second = await BtecApi.StartInstanceAsync(_api.Database, _api.Clock);
        using var there = second.CreateClient();
        var (user, client, code) = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(number =>
            (number % 2 == 0 ? _client : there).TryRedeemAsync(client, code)));

        var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var loser in answers.Where(answer => answer != winner))
            await loser.AssertOAuthErrorAsync("invalid_grant", "authorization_code_reused");

        var token = (await winner.ReadJsonAsync()).GetProperty("access_token").GetString()!;
        using var dead = await there.GetAsync("/oauth/userinfo", token);
        await dead.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        var events = await _api.WithDatabaseAsync(database => database.AuditEvents.AsNoTracking()
            .Where(audited => audited.UserId == user && (audited.Type == "code.reused" || audited.Details!.Contains(client)))
            .OrderBy(audited => audited.Type).Select(audited => audited.Type).ToListAsync());
        Assert.Equal(["code.reused", "login"], events);
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Who_does_not_have_client_redirect_URI_and_verifier_neither_uses_a_code_up_nor_ends_what_came_of_it()
    {
        var (_, client, code) = await StartAsync();
        var other = await _api.AddClientAsync();
        (string Name, string Value)[] attempts =
        [
            ("client_id", other), ("redirect_uri", ClientCodes.RedirectUri + "/"), ("redirect_uri", "https://attacker.example/callback"),
            ("code_verifier", ClientCodes.Verifier[..^1] + "l"),
            // PKCE downgrade: the challenge, which an attacker can have seen, is no verifier.
            ("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ];

        for (var round = 0; round < 2; round++)
        {
            foreach (var attempt in attempts)
            {
                using var refused = await _client.TryRedeemAsync(client, code, attempt);
                await refused.AssertOAuthErrorAsync("invalid_grant", "authorization_code_invalid");
            }

            if (round == 0)
                await _client.RedeemAsync(client, code);
        }

        Assert.True(await IsAliveAsync(client));
    }

    [Fact]
    public async Task A_code_works_for_a_minute_and_not_a_second_longer()
    {
        var (user, client, code) = await StartAsync();
        var late = await _api.AddCodeAsync(client, user, await _api.AddBrowserSessionAsync(user));
        _api.Clock.Advance(TimeSpan.FromSeconds(59));
        await _client.RedeemAsync(client, code);

        _api.Clock.Advance(TimeSpan.FromSeconds(1));

        using var refused = await _client.TryRedeemAsync(client, late);
        await refused.AssertOAuthErrorAsync("invalid_grant", "authorization_code_expired");
        // A used one is recognized later, too.
        _api.Clock.Advance(TimeSpan.FromMinutes(1));
        using var reused = await _client.TryRedeemAsync(client, code);
        await reused.AssertOAuthErrorAsync("invalid_grant", "authorization_code_reused");
        Assert.False(await IsAliveAsync(client));
    }

    [Theory]
    [InlineData("https://other.example")]
    [InlineData("https://api.example/")]
    public async Task A_code_gives_no_token_for_another_resource(string resource)
    {
        var (user, _, _) = await StartAsync();
        var client = await _api.AddClientAsync(row => row.Resources = ["https://api.example"]);
        var code = await _api.AddCodeAsync(client, user, await _api.AddBrowserSessionAsync(user), resource: "https://api.example");

        using var refused = await _client.TryRedeemAsync(client, code, ("resource", resource));

        await refused.AssertOAuthErrorAsync("invalid_target", "resource_invalid");
        await _client.RedeemAsync(client, code, ("resource", "https://api.example"));
    }

    [Fact]
    public async Task A_confidential_client_needs_its_secret_and_a_client_without_the_grant_gets_nothing()
    {
        const string Secret = "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols";
        var (user, _, _) = await StartAsync();
        var browser = await _api.AddBrowserSessionAsync(user);
        var client = await _api.AddClientAsync(secret: Secret);
        var machine = await _api.AddClientAsync(row => row.GrantTypes = ["client_credentials"], secret: Secret);
        var code = await _api.AddCodeAsync(client, user, browser);

        foreach (var secret in new[] { "", Secret + "x" })
        {
            using var refused = await _client.TryRedeemAsync(client, code, ("client_secret", secret));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("invalid_client", (await refused.ReadJsonAsync()).GetProperty("error").GetString());
        }

        using var other = await _client.TryRedeemAsync(machine, code, ("client_secret", Secret));
        await other.AssertOAuthErrorAsync("unauthorized_client", "grant_type_not_allowed");
        await _client.RedeemAsync(client, code, ("client_secret", Secret));
    }

    private async Task<bool> IsAliveAsync(string client) => await _api.WithDatabaseAsync(database => database.Sessions.AsNoTracking()
        .Where(session => session.ClientId == client).Select(session => session.RevokedAt == null).SingleAsync());

    private async Task<(int User, string Client, string Code)> StartAsync()
    {
        var (id, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync();
        return (id, client, await _api.AddCodeAsync(client, id, await _api.AddBrowserSessionAsync(id)));
    }
}
