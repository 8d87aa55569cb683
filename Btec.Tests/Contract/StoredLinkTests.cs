using Btec.Api.Platform.Jobs;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>Mailed links in the database: only hashes of them, and only until they expire.</summary>
public abstract class StoredLinkTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : StoredLinkTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : StoredLinkTests(DatabaseKind.Postgres);

    [Fact]
    [Asvs("14.2.4")]
    public async Task The_database_stores_only_the_hash_of_a_link()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (_, email, _) = await client.StartAccountAsync();
        using var recovery = await client.RecoverAsync(email);
        string[] links =
        [
            await api.ReadTokenAsync(email, MailTemplate.VerifyEmail),
            await api.ReadTokenAsync(email, MailTemplate.ResetPassword),
        ];

        var values = await StoredValues.ReadAllAsync(api);

        Assert.All(links, link =>
        {
            Assert.DoesNotContain(values, stored => StoredValues.ContainsAny(stored.Value, StoredValues.FormsOf(link)));
            var hash = Assert.Single(values, stored => StoredValues.ContainsAny(stored.Value, StoredValues.FormsOfHash(link)));
            Assert.Equal("mailed_tokens.hash", hash.Column);
        });
    }

    [Fact]
    [Asvs("14.2.4")]
    public async Task Expired_links_are_deleted_and_valid_ones_are_kept()
    {
        await using var api = await BtecApi.StartAsync(kind, AccountMoves.RegistrationSettings("verified"));
        var client = api.CreateClient();
        var (early, late) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        using var first = await client.PostJsonAsync("/api/auth/register", new { email = early, password = ApiMoves.Password });
        api.Clock.Pass(TimeSpan.FromSeconds(1));
        using var second = await client.PostJsonAsync("/api/auth/register", new { email = late, password = ApiMoves.Password });
        var cleanup = api.Services.GetRequiredService<OneTimeTokenCleanup>();

        api.Clock.Pass(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(2));
        Assert.Equal(0, await cleanup.RunOnceAsync(TestContext.Current.CancellationToken));
        api.Clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await cleanup.RunOnceAsync(TestContext.Current.CancellationToken));

        var remaining = await api.WithDatabaseAsync(
            database => database.OneTimeTokens.Select(token => token.Email).ToListAsync());
        Assert.Equal(late, Assert.Single(remaining));
    }
}
