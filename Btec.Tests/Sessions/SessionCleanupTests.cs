using System.Diagnostics;
using Btec.Api.Features.Sessions;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Btec.Data.Retention;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Sessions;

public abstract class SessionCleanupTests(OwnApi own)
{
    private const int Many = 5_000;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : SessionCleanupTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SessionCleanupTests(own), IClassFixture<OwnPostgresApi>
    {
        [Fact]
        public async Task A_locked_row_is_skipped_rather_than_waited_for()
        {
            await CleanAsync();
            var ids = await AddSessionsAsync(20, Own.Api.Clock.GetUtcNow() - TimeSpan.FromDays(2));
            var held = ids[7];

            await using (await HeldRows.TakeAsync(Own.Api.Database, $"SELECT id FROM sessions WHERE id = '{held}' FOR UPDATE"))
                Assert.Equal(19, await CleanAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));

            Assert.Equal([held], await RemainingAsync(ids));
            Assert.Equal(1, await CleanAsync());
            Assert.Empty(await RemainingAsync(ids));
        }

        [Fact]
        public async Task Its_statements_have_a_time_limit_of_their_own()
        {
            var before = Own.Logs.Lines.Count;

            await CleanAsync();
            await Client.StartSessionOfNewUserAsync();

            var statements = Own.Logs.Lines.Skip(before).ToList();
            Assert.All(statements.Where(line => line.Contains("DELETE FROM sessions", StringComparison.Ordinal)), AssertLimit("30"));
            Assert.All(statements.Where(line => line.Contains("INSERT INTO sessions", StringComparison.Ordinal)), AssertLimit("2"));

            static Action<string> AssertLimit(string seconds) =>
                line => Assert.Contains($"CommandTimeout='{seconds}'", line, StringComparison.Ordinal);
        }

        [Fact]
        public async Task An_instance_skips_the_clean_up_while_another_one_runs_it()
        {
            await CleanAsync();
            var ids = await AddSessionsAsync(3, Own.Api.Clock.GetUtcNow() - TimeSpan.FromDays(2));

            await using (await HeldRows.TakeAsync(Own.Api.Database, "SELECT pg_advisory_xact_lock(x'627465630001'::bigint)"))
                Assert.Equal(0, await CleanAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));

            Assert.Equal(3, (await RemainingAsync(ids)).Count);
            Assert.Equal(3, await CleanAsync());
        }

        [Fact]
        public async Task Two_instances_at_once_delete_everything_once_without_deadlocks_with_refreshes()
        {
            await CleanAsync();
            await using var other = await BtecApi.StartAsync(
                DatabaseKind.Postgres,
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = Own.Api.ConnectionString },
                migrate: false,
                startsAt: Own.Api.Clock.GetUtcNow());
            var ids = await AddSessionsAsync(2_000, Own.Api.Clock.GetUtcNow() - TimeSpan.FromDays(2));
            var alive = new List<Tokens>();
            for (var session = 0; session < 10; session++)
                alive.Add(await Client.StartSessionOfNewUserAsync());

            var deleted = 0;
            var cleaning = Task.WhenAll(new[] { Own.Api, other }.Select(async api =>
            {
                for (var round = 0; round < 5; round++)
                    Interlocked.Add(ref deleted, await CleanAsync(api));
            }));
            var answers = await Task.WhenAll(alive.Select(async tokens =>
            {
                for (var refresh = 0; refresh < 10; refresh++)
                    tokens = await Client.RefreshAsync(tokens.Refresh);

                return tokens;
            }));
            await cleaning;

            Assert.Equal(ids.Count, deleted + await CleanAsync());
            Assert.Empty(await RemainingAsync(ids));
            foreach (var tokens in answers)
                await Client.AssertAliveAsync(tokens);

            Assert.Equal(["0"], await Own.Api.Database.ReadAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
        }
    }

    private protected OwnApi Own => own;

    private protected HttpClient Client => _client;

    [Fact]
    [Asvs("14.2.4")]
    public async Task Thousands_of_expired_sessions_are_deleted_in_batches_with_their_tokens_and_live_ones_stay()
    {
        await CleanAsync();
        var now = own.Api.Clock.GetUtcNow();
        var old = await AddSessionsAsync(Many, now - TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        var recent = await AddSessionsAsync(5, now - TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        var living = await AddSessionsAsync(5, now + TimeSpan.FromSeconds(1));
        var tokens = await _client.StartSessionOfNewUserAsync();

        var batches = new List<int?>();
        await using (var scope = own.Api.Services.CreateAsyncScope())
        {
            var expired = scope.ServiceProvider.GetRequiredService<SessionPurge>();
            for (var batch = 0; batch < 3; batch++)
                batches.Add(await expired.DeleteBatchAsync(now - SessionPurge.KeptAfterExpiry, TestContext.Current.CancellationToken));
        }

        Assert.Equal([SessionPurge.BatchSize, SessionPurge.BatchSize, SessionPurge.BatchSize], batches);
        Assert.Equal(Many - (3 * SessionPurge.BatchSize), (await RemainingAsync(old)).Count);
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(Many - (3 * SessionPurge.BatchSize), await CleanAsync());
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
        Assert.Empty(await RemainingAsync(old));
        Assert.Equal(5, (await RemainingAsync(recent)).Count);
        Assert.Equal(5, (await RemainingAsync(living)).Count);
        var orphans = await own.Api.WithDatabaseAsync(database => database.RefreshTokens
            .CountAsync(token => !database.Sessions.Any(session => session.Id == token.SessionId)));
        Assert.Equal(0, orphans);
        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task A_session_ended_early_is_kept_until_its_tokens_would_have_expired()
    {
        await CleanAsync();
        var tokens = await _client.StartSessionOfNewUserAsync();
        using var logout = await _client.LogOutAsync(tokens.Access);
        own.Api.Clock.Pass(TimeSpan.FromDays(13));

        await CleanAsync();

        await AssertRefusedAsync(tokens, "session_ended");
        own.Api.Clock.Pass(TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(
            async () =>
            {
                await CleanAsync();
                return (await RemainingAsync([Guid.Parse(tokens.SessionId)])).Count == 0;
            },
            "the session has been deleted");
        await AssertRefusedAsync(tokens, "refresh_token_invalid");
    }

    [Fact]
    public async Task A_session_with_thousands_of_tokens_keeps_nobody_and_is_deleted_in_batches()
    {
        await CleanAsync();
        var large = Assert.Single(await AddSessionsAsync(1, own.Api.Clock.GetUtcNow() - TimeSpan.FromDays(3)));
        await own.Api.AddUsedTokensAsync(large, 2 * SessionPurge.TokenBatchSize);
        var others = await AddSessionsAsync(20, own.Api.Clock.GetUtcNow() - TimeSpan.FromDays(2));
        var before = own.Api.Clock.GetUtcNow() - SessionPurge.KeptAfterExpiry;

        Assert.Equal(20, await PurgeAsync(sessions => sessions.DeleteBatchAsync(before, TestContext.Current.CancellationToken)));
        Assert.Equal([large], await RemainingAsync([large, .. others]));
        Assert.Equal(
            SessionPurge.TokenBatchSize,
            await PurgeAsync(sessions => sessions.DeleteTokenBatchAsync(before, TestContext.Current.CancellationToken)));
        Assert.Equal(1, await CleanAsync());

        Assert.Empty(await RemainingAsync([large]));
        Assert.Equal(0, await own.Api.WithDatabaseAsync(database => database.RefreshTokens.CountAsync(token => token.SessionId == large)));
    }

    [Fact]
    public async Task A_session_that_cannot_be_deleted_keeps_nobody()
    {
        await CleanAsync();
        var bad = Assert.Single(await AddSessionsAsync(1, own.Api.Clock.GetUtcNow() - TimeSpan.FromDays(3)));
        var others = await AddSessionsAsync(SessionPurge.BatchSize + 20, own.Api.Clock.GetUtcNow() - TimeSpan.FromDays(2));
        var isSqlite = own.Kind == DatabaseKind.Sqlite;
        if (!isSqlite)
        {
            await own.Api.Database.ExecuteAsync(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$");
        }

        await own.Api.Database.ExecuteAsync(isSqlite
            ? $"CREATE TRIGGER bad BEFORE DELETE ON sessions WHEN OLD.id = '{$"{bad}".ToUpperInvariant()}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
            : $"CREATE TRIGGER bad BEFORE DELETE ON sessions FOR EACH ROW WHEN (OLD.id = '{bad}') EXECUTE FUNCTION refuse()");

        Assert.Equal(others.Count, await CleanAsync());

        Assert.Equal([bad], await RemainingAsync([bad, .. others]));
        Assert.Contains(own.Logs.Lines, line => line.Contains($"The expired session {bad} could not be deleted", StringComparison.Ordinal));
        await own.Api.Database.ExecuteAsync(isSqlite ? "DROP TRIGGER bad" : "DROP TRIGGER bad ON sessions; DROP FUNCTION refuse");
        Assert.Equal(1, await CleanAsync());
    }

    [Fact]
    public async Task The_clean_up_runs_on_its_own_within_minutes()
    {
        // With an API of its own: the job would delete what other tests count.
        var logs = new CollectedLogs();
        await using var api = await BtecApi.StartAsync(own.Kind, addServices: services => services.AddSingleton<ILoggerProvider>(logs));
        await api.CreateClient().StartSessionOfNewUserAsync();
        api.Clock.Pass(TimeSpan.FromDays(32));

        await Eventually.IsTrueAsync(
            async () =>
            {
                api.Clock.Advance(TimeSpan.FromMinutes(1));
                return !await api.WithDatabaseAsync(database => database.Sessions.AnyAsync());
            },
            "the sessions have been deleted");

        await Eventually.IsTrueAsync(
            () => Task.FromResult(logs.Lines.Any(line => line.Contains("expired sessions", StringComparison.Ordinal))),
            "the clean-up is logged");
    }

    private async Task<int?> PurgeAsync(Func<SessionPurge, Task<int?>> purge)
    {
        await using var scope = own.Api.Services.CreateAsyncScope();
        return await purge(scope.ServiceProvider.GetRequiredService<SessionPurge>());
    }

    private protected Task<int> CleanAsync(BtecApi? api = null) => (api ?? own.Api).Services.GetServices<IHostedService>()
        .OfType<SessionCleanup>().Single().RunOnceAsync(TestContext.Current.CancellationToken);

    /// <summary>Adds sessions of a new user, each with one token.</summary>
    private protected Task<IReadOnlyList<Guid>> AddSessionsAsync(int count, DateTimeOffset ends) => own.Api.WithDatabaseAsync(async database =>
    {
        var noise = new SeededNoise((ulong)ends.UtcTicks);
        var created = ends - TimeSpan.FromDays(30);
        var user = new User { Email = ApiMoves.NewEmail(), HashedPassword = BcryptHash.CreateDummyHash(4), CreatedAt = created };
        var sessions = Enumerable.Range(0, count).Select(_ => new Session
        {
            Id = Guid.CreateVersion7(created),
            User = user,
            UserId = 0,
            CreatedAt = created,
            LastSeenAt = created,
            ExpiresAt = ends,
        }).ToList();
        database.Sessions.AddRange(sessions);
        database.RefreshTokens.AddRange(sessions.Select(session => new RefreshToken
        {
            Hash = noise.Bytes(32),
            SessionId = session.Id,
            CreatedAt = created,
            ExpiresAt = ends,
        }));
        await database.SaveChangesAsync();
        return (IReadOnlyList<Guid>)[.. sessions.Select(session => session.Id)];
    });

    private protected Task<List<Guid>> RemainingAsync(IReadOnlyList<Guid> ids) => own.Api.WithDatabaseAsync(database => database.Sessions
        .Where(session => ids.Contains(session.Id)).Select(session => session.Id).ToListAsync());

    private async Task AssertRefusedAsync(Tokens tokens, string code)
    {
        using var response = await _client.TryRefreshAsync(tokens.Refresh);
        await response.AssertOAuthErrorAsync("invalid_grant", code);
    }
}
