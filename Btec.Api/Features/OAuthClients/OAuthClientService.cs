using System.Buffers.Text;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.OAuthClients;

/// <summary>Registers, changes and deletes clients for superusers.</summary>
internal sealed class OAuthClientService(
    BtecDbContext database,
    AuditTrail audit,
    SuperuserCheck superuserCheck,
    ConfiguredClients configured,
    ClientRegistry registry,
    ClientRows rows,
    TimeProvider clock)
{
    /// <summary>The length of the random bytes of an id: 128 bits, so that no two clients get the same (RFC 9562 section 6.8 has 122 in a
    /// UUID).</summary>
    private const int IdLength = 16;

    /// <summary>Lists clients: those of the configuration by their ids, then the others, newest first. If there is a next page, the list
    /// has one more than the page holds.</summary>
    public async Task<IReadOnlyList<ListedClient>> ListAsync(OAuthClientListQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var isAmongRows = query.After is { } last && last.Moment != OAuthClientListQuery.Configured;
        var found = configured.All
            .Where(client => !isAmongRows && (query.After is null || string.CompareOrdinal(client.Id, query.After.Value.Id) > 0))
            .Take(query.Limit + 1)
            .Select(client => new ListedClient(client, CreatedAt: null)).ToList();

        // A client of the configuration replaces a row of the same id.
        var replaced = configured.All.Select(client => client.Id).ToList();
        var others = database.OAuthClients.AsNoTracking().Where(client => !replaced.Contains(client.Id));
        if (isAmongRows && query.After is var (moment, id))
        {
#pragma warning disable CA1309, CA1310 // The database compares, in the order in which it sorts.
            others = others.Where(client => client.CreatedAt <= moment && (client.CreatedAt < moment || client.Id.CompareTo(id) < 0));
#pragma warning restore CA1309, CA1310
        }

        var added = await others
            .OrderByDescending(client => client.CreatedAt).ThenByDescending(client => client.Id)
            .Take(query.Limit + 1 - found.Count)
            .ToListAsync(cancellationToken);
        return [.. found, .. added.Select(Show)];
    }

    /// <summary>Finds a client.</summary>
    public async Task<ListedClient?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (configured.Find(id) is { } client)
            return new ListedClient(client, CreatedAt: null);

        var row = ClientRegistry.IsId(id)
            ? await database.OAuthClients.AsNoTracking().SingleOrDefaultAsync(found => found.Id == id, cancellationToken)
            : null;
        return row is null ? null : Show(row);
    }

    /// <summary>Registers a client.</summary>
    /// <returns>The client with its secret, or why the actor may not register one any more.</returns>
    public async Task<Result<ClientWithSecret>> CreateAsync(
        RegisteredClient wanted, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var secret = wanted.IsConfidential ? ClientSecret.Create() : null;
        var id = Base64Url.EncodeToString(RandomSecret.GetBytes().AsSpan(0, IdLength));
        return await audit.CommitAsync<Result<ClientWithSecret>>(
            async (batch, cancel) =>
            {
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                var row = new OAuthClient
                {
                    Id = id,
                    Name = wanted.Name,
                    IsConfidential = wanted.IsConfidential,
                    SecretHash = secret is null ? null : ClientSecret.Hash(secret),
                    CreatedAt = clock.GetStoredNow(),
                };
                Apply(wanted, row);
                database.OAuthClients.Add(row);
                Record(batch, AuditTypes.ClientCreated, actor, origin, [("client", id), .. RightsOf(row)]);
                return new ClientWithSecret(Show(row), secret);
            },
            cancellationToken);
    }

    /// <summary>Changes a client.</summary>
    /// <param name="id">The client.</param>
    /// <param name="change">A function that returns the new client for the current one.</param>
    /// <param name="actor">The superuser.</param>
    /// <param name="origin">The superuser's device.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<ClientChangeResult> UpdateAsync(
        string id,
        Func<RegisteredClient, RegisteredClient> change,
        Actor actor,
        AuditOrigin origin,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (FindRefusal(id) is { } unknown)
            return new ClientChangeResult.Refused(unknown);

        return await audit.CommitAsync<ClientChangeResult>(
            async (batch, cancel) =>
            {
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return new ClientChangeResult.Refused(refusal);

                if (await rows.TakeAsync(id, cancel) is not { } row)
                    return new ClientChangeResult.Refused(AuthError.NotFound);

                var wanted = change(registry.Read(row));
                if (ClientConflict.Find(wanted) is { Count: > 0 } conflicts)
                    return new ClientChangeResult.Conflicting(conflicts);

                Apply(wanted, row);
                var members = database.Entry(row).Properties.Where(member => member.IsModified)
                    .Select(member => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Metadata.Name)).ToList();
                if (members.Count > 0)
                    Record(batch, AuditTypes.ClientChanged, actor, origin, [("client", id), ("members", members), .. RightsOf(row)]);

                return new ClientChangeResult.Changed(Show(row));
            },
            cancellationToken);
    }

    /// <summary>Deletes a client, and ends its sessions and consents.</summary>
    public async Task<Result> DeleteAsync(string id, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        if (FindRefusal(id) is { } unknown)
            return unknown;

        return await audit.CommitAsync<Result>(
            async (batch, cancel) =>
            {
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                if (await rows.TakeAsync(id, cancel) is null)
                    return AuthError.NotFound;

                var ended = await rows.DeleteAsync(id, cancel);
                Record(batch, AuditTypes.ClientDeleted, actor, origin, [("client", id), ("sessions", ended)]);
                return Result.Success;
            },
            cancellationToken);
    }

    /// <summary>Gives a confidential client a new secret. The former one works for another <see cref="ClientSecret.RotationGrace"/>.</summary>
    public async Task<Result<ClientWithSecret>> RotateSecretAsync(
        string id, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        if (FindRefusal(id) is { } unknown)
            return unknown;

        var secret = ClientSecret.Create();
        return await audit.CommitAsync<Result<ClientWithSecret>>(
            async (batch, cancel) =>
            {
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                if (await rows.TakeAsync(id, cancel) is not { } row)
                    return AuthError.NotFound;

                if (!row.IsConfidential)
                    return AuthError.ClientPublic;

                row.PreviousSecretHash = row.SecretHash;
                row.PreviousSecretExpiresAt = clock.GetStoredNow() + ClientSecret.RotationGrace;
                row.SecretHash = ClientSecret.Hash(secret);
                Record(batch, AuditTypes.ClientSecretRotated, actor, origin, [("client", id)]);
                return new ClientWithSecret(Show(row), secret);
            },
            cancellationToken);
    }

    /// <summary>Returns why a client cannot be changed, unless it is perhaps a row.</summary>
    private AuthError? FindRefusal(string id) =>
        configured.Find(id) is not null ? AuthError.ClientConfigured : ClientRegistry.IsId(id) ? null : AuthError.NotFound;

    private ListedClient Show(OAuthClient row) => new(registry.Read(row), row.CreatedAt);

    private static void Apply(RegisteredClient wanted, OAuthClient row)
    {
        (row.Name, row.IsFirstParty, row.MayIntrospect) = (wanted.Name, wanted.IsFirstParty, wanted.MayIntrospect);
        (row.RedirectUris, row.PostLogoutRedirectUris) = (wanted.RedirectUris, wanted.PostLogoutRedirectUris);
        (row.Scopes, row.GrantTypes, row.Resources) = (wanted.Scopes, wanted.GrantTypes, wanted.Resources);
        (row.BackChannelLogoutUri, row.ClientUri) = (wanted.BackChannelLogoutUri, wanted.ClientUri);
    }

    private static IEnumerable<(string Name, object? Value)> RightsOf(OAuthClient row) =>
        [("is_first_party", row.IsFirstParty), ("may_introspect", row.MayIntrospect)];

    private static void Record(
        AuditBatch batch, string type, Actor actor, AuditOrigin origin, IEnumerable<(string Name, object? Value)> details) =>
        batch.Record(
            type, userId: null, actor.UserId, origin,
            details: details.ToDictionary(detail => detail.Name, detail => detail.Value, StringComparer.Ordinal));
}
