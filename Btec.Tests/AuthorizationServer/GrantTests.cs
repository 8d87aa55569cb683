using System.Net;
using Btec.Api.Features.Grants;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.AuthorizationServer;

public abstract class GrantTests(SharedApi shared)
{
    private const string Route = "/api/users/me/grants";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : GrantTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : GrantTests(shared);

    [Fact]
    public async Task A_consent_is_listed_with_its_scopes_and_grows()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        await GiveAsync(tokens, "notes", "openid");
        await GiveAsync(tokens, "notes", "openid", "email");

        var grant = Assert.Single((await _client.GetPageAsync(Route, tokens.Access)).GetProperty("items").EnumerateArray());
        Assert.Equal(["client_id", "client_name", "client_uri", "created_at", "scopes", "updated_at"], ApiMoves.NamesOf(grant));
        Assert.Equal("notes", grant.GetProperty("client_id").GetString());
        Assert.Equal(
            ["openid", "email"], grant.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetProperty("name").GetString()).ToList());
        Assert.All(
            grant.GetProperty("scopes").EnumerateArray(), scope => Assert.NotEmpty(scope.GetProperty("description").GetString()!));
        var audited = await shared.Api.GetAuditAsync(UserIdOf(tokens), AuditTypes.GrantGiven);
        Assert.Equal("notes", audited[^1].GetProperty("details").GetProperty("client").GetString());
    }

    [Fact]
    public async Task Pages_neither_miss_nor_repeat_a_consent()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        for (var number = 0; number < 7; number++)
            await GiveAsync(tokens, $"client-{number}", "openid");

        var found = await _client.GetAllAsync(Route, tokens.Access, limit: 3);

        // The clock stands still, so the ids decide.
        Assert.Equal(
            ["client-6", "client-5", "client-4", "client-3", "client-2", "client-1", "client-0"],
            found.Select(grant => grant.GetProperty("client_id").GetString()).ToList());
    }

    [Fact]
    [Asvs("10.7.3")]
    public async Task Withdrawing_a_consent_ends_the_sessions_and_codes_only_of_that_client()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        await GiveAsync(tokens, "notes", "openid");
        await GiveAsync(tokens, "mails", "openid");
        var (notes, mails) = (await AddSessionAsync(tokens, "notes"), await AddSessionAsync(tokens, "mails"));
        await AddCodeAsync(tokens, "notes");
        await AddCodeAsync(tokens, "mails");

        using var response = await _client.SendAsync(HttpMethod.Delete, $"{Route}/notes", tokens.Access);

        await response.AssertEmptyAsync(HttpStatusCode.NoContent);
        var left = Assert.Single((await _client.GetPageAsync(Route, tokens.Access)).GetProperty("items").EnumerateArray());
        Assert.Equal("mails", left.GetProperty("client_id").GetString());
        Assert.False(await IsAliveAsync(notes));
        Assert.True(await IsAliveAsync(mails));
        await _client.AssertAliveAsync(tokens);
        var id = UserIdOf(tokens);
        Assert.Equal("mails", Assert.Single(await shared.Api.WithDatabaseAsync(database => database.AuthorizationCodes
            .Where(code => code.UserId == id).Select(code => code.ClientId).ToListAsync())));
        var audited = Assert.Single(await shared.Api.GetAuditAsync(id, AuditTypes.GrantRevoked));
        Assert.Equal(1, audited.GetProperty("details").GetProperty("sessions").GetInt32());
        using var again = await _client.SendAsync(HttpMethod.Delete, $"{Route}/notes", tokens.Access);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Nobody_withdraws_the_consent_of_another()
    {
        var (owner, other) = (await _client.StartSessionOfNewUserAsync(), await _client.StartSessionOfNewUserAsync());
        await GiveAsync(owner, "notes", "openid");

        using var response = await _client.SendAsync(HttpMethod.Delete, $"{Route}/notes", other.Access);
        using var anonymous = await _client.SendAsync(HttpMethod.Delete, $"{Route}/notes", accessToken: null);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        Assert.Single((await _client.GetPageAsync(Route, owner.Access)).GetProperty("items").EnumerateArray());
        Assert.Empty((await _client.GetPageAsync(Route, other.Access)).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("..%2F..%2Fusers")]
    [InlineData("' OR 1=1 --")]
    public async Task A_strange_id_is_not_found(string id)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", tokens.Access);

        Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{response.StatusCode}");
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("////////////////")]
    [InlineData("AAAAAAAAAAA")]
    public async Task An_invalid_cursor_is_refused(string cursor)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.GetAsync($"{Route}?cursor={cursor}", tokens.Access);

        await response.AssertRefusedMembersAsync("cursor");
    }

    private static int UserIdOf(Tokens tokens) => TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32();

    private async Task GiveAsync(Tokens tokens, string clientId, params string[] scopes)
    {
        await using var services = shared.Api.Services.CreateAsyncScope();
        var (audit, grants) = (services.ServiceProvider.GetRequiredService<AuditTrail>(), services.ServiceProvider.GetRequiredService<GrantService>());
        await audit.CommitAsync(
            async (batch, cancel) =>
            {
                await grants.GiveAsync(
                    batch, new Actor(UserIdOf(tokens), Guid.Parse(tokens.SessionId)), clientId, scopes, new AuditOrigin("127.0.0.1", "test"), cancel);
                return true;
            },
            TestContext.Current.CancellationToken);
    }

    private async Task<Guid> AddSessionAsync(Tokens tokens, string clientId)
    {
        var id = Guid.CreateVersion7();
        var now = shared.Api.Clock.GetUtcNow();
        await shared.Api.WithDatabaseAsync(database =>
        {
            database.Sessions.Add(new Session
            {
                Id = id,
                UserId = UserIdOf(tokens),
                ClientId = clientId,
                Scope = "openid",
                CreatedAt = now,
                LastSeenAt = now,
                ExpiresAt = now.AddHours(1),
            });
            return database.SaveChangesAsync();
        });
        return id;
    }

    private Task<int> AddCodeAsync(Tokens tokens, string clientId) => shared.Api.WithDatabaseAsync(database =>
    {
        var now = shared.Api.Clock.GetUtcNow();
        database.AuthorizationCodes.Add(new AuthorizationCode
        {
            Hash = Guid.CreateVersion7().ToByteArray(),
            ClientId = clientId,
            UserId = UserIdOf(tokens),
            BrowserSessionId = Guid.Parse(tokens.SessionId),
            RedirectUri = "https://app.example.com/cb",
            Scope = "openid",
            CodeChallenge = "challenge",
            AuthTime = now,
            Amr = "pwd",
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(1),
        });
        return database.SaveChangesAsync();
    });

    private Task<bool> IsAliveAsync(Guid id) => shared.Api.WithDatabaseAsync(
        database => database.Sessions.AnyAsync(session => session.Id == id && session.RevokedAt == null));
}
