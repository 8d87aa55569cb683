using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The deletion of clients by superusers, with everything that came of them.</summary>
public abstract class ClientDeletionTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientDeletionTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientDeletionTests(shared);

    [Fact]
    public async Task A_deleted_client_takes_along_what_came_of_it_and_nothing_else()
    {
        var (gone, stays) = (await shared.Api.CreateClientAsync(), await shared.Api.CreateClientAsync());
        var user = await _client.StartSessionOfNewUserAsync();
        await AddTracesAsync(user, gone.Id);
        await AddTracesAsync(user, stays.Id);

        using var deleted = await _client.SendAsync(HttpMethod.Delete, gone.Path, gone.Superuser);
        using var again = await _client.SendAsync(HttpMethod.Delete, gone.Path, gone.Superuser);

        await deleted.AssertEmptyAsync(HttpStatusCode.NoContent);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal((0, 0, 0, 0), await CountTracesAsync(gone.Id));
        Assert.Equal((1, 1, 1, 1), await CountTracesAsync(stays.Id));
        await _client.AssertAliveAsync(user);
        Assert.Equal(1, (await _client.ReadClientEventsAsync(gone))["client.deleted"].GetProperty("sessions").GetInt32());
    }

    [Fact]
    public async Task Of_ten_changes_and_a_deletion_at_once_each_is_answered_and_the_client_is_gone()
    {
        var client = await shared.Api.CreateClientAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 11).Select(async number =>
        {
            using var response = number == 5
                ? await _client.SendAsync(HttpMethod.Delete, client.Path, client.Superuser)
                : await _client.SendJsonAsync(HttpMethod.Patch, client.Path, client.Superuser, new { name = $"name {number}" });
            return response.StatusCode;
        }));

        Assert.All(answers, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NoContent or HttpStatusCode.NotFound, $"{status}"));
        Assert.Single(answers, HttpStatusCode.NoContent);
        using var read = await _client.GetAsync(client.Path, client.Superuser);
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
    }

    private Task<int> AddTracesAsync(Tokens user, string clientId) => shared.Api.WithDatabaseAsync(database =>
    {
        var now = shared.Api.Clock.GetUtcNow();
        var userId = TokenForge.Open(user.Access).Claims.GetProperty("uid").GetInt32();
        database.Sessions.Add(new Session
        {
            Id = Guid.CreateVersion7(),
            UserId = userId,
            ClientId = clientId,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now.AddHours(1),
        });
        database.ClientGrants.Add(new ClientGrant { UserId = userId, ClientId = clientId, Scopes = ["openid"], CreatedAt = now, UpdatedAt = now });
        database.AuthorizationRequests.Add(new AuthorizationRequest
        {
            Hash = Guid.CreateVersion7().ToByteArray(),
            ClientId = clientId,
            RedirectUri = ClientMoves.Callback,
            Scope = "openid",
            CodeChallenge = "challenge",
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(10),
        });
        database.AuthorizationCodes.Add(new AuthorizationCode
        {
            Hash = Guid.CreateVersion7().ToByteArray(),
            ClientId = clientId,
            UserId = userId,
            BrowserSessionId = Guid.Parse(user.SessionId),
            RedirectUri = ClientMoves.Callback,
            Scope = "openid",
            CodeChallenge = "challenge",
            AuthTime = now,
            Amr = "pwd",
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(1),
        });
        return database.SaveChangesAsync();
    });

    private Task<(int Sessions, int Grants, int Requests, int Codes)> CountTracesAsync(string clientId) =>
        shared.Api.WithDatabaseAsync(async database => (
            await database.Sessions.CountAsync(session => session.ClientId == clientId && session.RevokedAt == null),
            await database.ClientGrants.CountAsync(grant => grant.ClientId == clientId),
            await database.AuthorizationRequests.CountAsync(request => request.ClientId == clientId),
            await database.AuthorizationCodes.CountAsync(code => code.ClientId == clientId)));
}
