using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The revocation of tokens that were issued to clients.</summary>
public abstract class ClientRevocationTests(SharedApi shared)
{
    private const string Route = "/api/auth/revoke";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientRevocationTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientRevocationTests(shared);

    [Fact]
    public async Task A_client_revokes_its_own_tokens()
    {
        var (confidential, open) = (await shared.Api.CreateClientAsync(), await shared.Api.CreateClientAsync(isConfidential: false));
        var (first, second, third) = (await StartAsync(confidential.Id), await StartAsync(confidential.Id), await StartAsync(open.Id));

        using var basic = await _client.PostBasicAsync(Route, confidential.Id, confidential.Secret!, ("token", first.Refresh));
        using var post = await _client.PostFormAsync(
            Route, ("client_id", confidential.Id), ("client_secret", confidential.Secret!), ("token", second.Refresh));
        using var named = await _client.PostFormAsync(Route, ("client_id", open.Id), ("token", third.Refresh));

        Assert.All(new[] { basic, post, named }, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.All(await Task.WhenAll(new[] { first, second, third }.Select(IsAliveAsync)), Assert.False);
    }

    [Fact]
    public async Task Nobody_else_revokes_them()
    {
        var (owner, other, open) = (
            await shared.Api.CreateClientAsync(), await shared.Api.CreateClientAsync(), await shared.Api.CreateClientAsync(isConfidential: false));
        var tokens = await StartAsync(owner.Id);

        using var stranger = await _client.PostBasicAsync(Route, other.Id, other.Secret!, ("token", tokens.Refresh));
        using var named = await _client.PostFormAsync(Route, ("client_id", open.Id), ("token", tokens.Refresh));
        using var nobody = await _client.PostFormAsync(Route, ("token", tokens.Refresh));
        using var seed = await _client.PostFormAsync(Route, ("client_id", "btec"), ("token", tokens.Refresh));
        using var bare = await _client.PostFormAsync(Route, ("client_id", owner.Id), ("token", tokens.Refresh));
        using var wrong = await _client.PostBasicAsync(Route, owner.Id, other.Secret!, ("token", tokens.Refresh));

        foreach (var response in new[] { stranger, named, nobody, seed })
            await response.AssertOAuthErrorAsync("invalid_grant", "token_of_other_client");

        Assert.Equal(HttpStatusCode.Unauthorized, bare.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.True(await IsAliveAsync(tokens));
    }

    [Fact]
    public async Task A_client_does_not_revoke_the_tokens_of_a_login()
    {
        var client = await shared.Api.CreateClientAsync();
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var byRefresh = await _client.PostBasicAsync(Route, client.Id, client.Secret!, ("token", tokens.Refresh));
        using var byAccess = await _client.PostBasicAsync(Route, client.Id, client.Secret!, ("token", tokens.Access));

        await byRefresh.AssertOAuthErrorAsync("invalid_grant", "token_of_other_client");
        await byAccess.AssertOAuthErrorAsync("invalid_grant", "token_of_other_client");
        await _client.AssertAliveAsync(tokens);
    }

    [Theory]
    [InlineData("btec")]
    [InlineData("anything")]
    [InlineData("")]
    public async Task The_holder_of_the_token_of_a_login_revokes_it_whatever_the_client_id(string clientId)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.PostFormAsync(Route, ("client_id", clientId), ("token", tokens.Access));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await _client.AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task An_unknown_token_is_answered_as_a_revoked_one()
    {
        var client = await shared.Api.CreateClientAsync();

        using var response = await _client.PostBasicAsync(Route, client.Id, client.Secret!, ("token", "unknown"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Starts a session, and makes it one of a client.</summary>
    private async Task<Tokens> StartAsync(string clientId)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var id = Guid.Parse(tokens.SessionId);
        await shared.Api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.ClientId, clientId)));
        return tokens;
    }

    private Task<bool> IsAliveAsync(Tokens tokens)
    {
        var id = Guid.Parse(tokens.SessionId);
        return shared.Api.WithDatabaseAsync(database => database.Sessions.AnyAsync(session => session.Id == id && session.RevokedAt == null));
    }
}
