using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Auditing;

/// <summary>The audit chains, in which <c>--verify-audit</c> detects every change made directly in the database.</summary>
public abstract class AuditChainTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : AuditChainTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : AuditChainTests(DatabaseKind.Postgres)
    {
        [Fact]
        public async Task Concurrent_writers_use_different_chains()
        {
            await using var api = await StartAsync();
            await api.WriteAuditAsync(logins: 40);

            var chains = await api.WithDatabaseAsync(database => database.AuditEvents.Select(audited => audited.ChainId).Distinct().CountAsync());

            Assert.InRange(chains, 2, AuditChain.Count);
        }

        [Fact]
        public async Task A_login_waits_while_all_chains_are_locked_and_is_then_recorded()
        {
            await using var api = await StartAsync();
            var client = api.CreateClient();
            var email = ApiMoves.NewEmail();
            await client.RegisterAsync(email);
            var held = await HeldRows.TakeAsync(api.Database, "SELECT id FROM audit_chains FOR UPDATE");
            var released = false;

            await Task.WhenAll(LoginAsync(), ReleaseAsync()).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);

            await AssertIntactAsync(api);

            async Task LoginAsync()
            {
                await client.LoginAsync(email);
                Assert.True(released);
            }

            async Task ReleaseAsync()
            {
                await held.WaitForBlockedAsync();
                released = true;
                await held.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Concurrent_events_form_intact_chains()
    {
        await using var api = await StartAsync();
        await api.WriteAuditAsync(logins: 60);

        await AssertIntactAsync(api);
    }

    [Theory]
    [InlineData("changed", "UPDATE audit_events SET outcome = 'success' WHERE outcome = 'invalid_credentials'")]
    [InlineData("changed", "UPDATE audit_events SET user_id = 999 WHERE user_id = 1")]
    [InlineData("changed", "UPDATE audit_events SET actor_id = NULL WHERE actor_id IS NOT NULL")]
    [InlineData("changed", "UPDATE audit_events SET address = '192.0.2.1'")]
    [InlineData("changed", "UPDATE audit_events SET details = '{}'")]
    [InlineData("changed", "UPDATE audit_events SET session_id = NULL, trace_id = NULL WHERE session_id IS NOT NULL")]
    [InlineData("missing", "DELETE FROM audit_events WHERE outcome = 'invalid_credentials'")]
    [InlineData("missing", "DELETE FROM audit_events WHERE position = 1")]
    [InlineData("missing", "DELETE FROM audit_events WHERE position = (SELECT length FROM audit_chains WHERE id = chain_id)")]
    [InlineData("missing", "DELETE FROM audit_events")]
    [InlineData("not the one that the chain ends with", "UPDATE audit_chains SET length = length - 1; DELETE FROM audit_events WHERE position > (SELECT length FROM audit_chains WHERE id = chain_id)")]
    [InlineData("chains", "DELETE FROM audit_chains WHERE id = 16")]
    [InlineData("changed", "UPDATE audit_events SET position = -position WHERE position <= 2; UPDATE audit_events SET position = 3 + position WHERE position < 0")]
    [Asvs("16.4.2")]
    public async Task A_change_in_the_database_is_detected(string found, string change)
    {
        await using var api = await StartAsync();
        // Enough events for at least two in one chain.
        for (var round = 0; round < 20; round++)
            await api.WriteAuditAsync(logins: 1);

        await api.Database.ExecuteAsync(change);

        var end = await api.Database.VerifyAuditAsync();

        end.AssertExitCode(1);
        Assert.Contains(end.Output, line => line.Contains(found, StringComparison.Ordinal));
        Assert.Matches(@"^Faults found: \d+\.$", end.Output[^1]);
    }

    [Fact]
    public async Task Without_a_schema_the_verification_fails()
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        var end = await database.VerifyAuditAsync();

        end.AssertExitCode(1);
        Assert.Empty(end.Output);
    }

    private Task<BtecApi> StartAsync() => BtecApi.StartAsync(kind);

    private static Task<int> CountAsync(BtecApi api) => api.WithDatabaseAsync(database => database.AuditEvents.CountAsync());

    private static async Task AssertIntactAsync(BtecApi api)
    {
        var events = await CountAsync(api);
        var end = await api.Database.VerifyAuditAsync();
        end.AssertExitCode(0);
        Assert.Equal($"{events} audit events are as they were written.", end.Output[0]);
        Assert.StartsWith("Heads: ", end.Output[1], StringComparison.Ordinal);
        Assert.Equal(2, end.Output.Count);
    }
}
