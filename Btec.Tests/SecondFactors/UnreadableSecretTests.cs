using System.Net;
using System.Security.Cryptography;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>Authenticators whose secrets were encrypted under a key that is no longer configured.</summary>
public abstract class UnreadableSecretTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : UnreadableSecretTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : UnreadableSecretTests(shared);

    [Fact]
    public async Task An_authenticator_whose_secret_cannot_be_decrypted_is_not_confirmed()
    {
        var (_, _, tokens) = await shared.Api.StartConfirmedAccountAsync();
        var added = await shared.Api.BeginTotpAsync(tokens);
        await SpoilAsync(added.Id);

        using var refused = await _client.ConfirmTotpAsync(tokens, added.Id, added.CodeAt());

        await refused.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "code_wrong");
    }

    private Task<int> SpoilAsync(Guid id) => shared.Api.WithDatabaseAsync(database => database.TotpFactors
        .Where(factor => factor.Id == id)
        .ExecuteUpdateAsync(row => row.SetProperty(factor => factor.EncryptedSecret, RandomNumberGenerator.GetBytes(60))));
}
