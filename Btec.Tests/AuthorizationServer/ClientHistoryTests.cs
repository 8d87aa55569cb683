using Btec.Tests.Infrastructure;
using Btec.Tests.Sessions;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Random histories of users of clients, the same on every run, compared with <see cref="ClientModel"/>. A failure shows its seed
/// and the shortest part of the history that fails.</summary>
public abstract class ClientHistoryTests(DatabaseKind kind)
{
    private const int Histories = 60;

    /// <summary>The least number of times that each outcome must occur, or the histories prove nothing about it.</summary>
    private const int FewestOfAnOutcome = 5;

    private static readonly string[] s_outcomes =
    [
        "signed out", "not signed in", "consent", "no consent", "redeemed", "not redeemed", "refreshed", "not refreshed", "withdrawn",
        "client deleted", "password changed", "activated", "deactivated", "living token", "dead token",
    ];

    public sealed class OnSqlite() : ClientHistoryTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ClientHistoryTests(DatabaseKind.Postgres);

    [Fact]
    public async Task After_every_step_of_every_random_history_exactly_the_tokens_live_that_should()
    {
        await using var api = await HistoryApi.StartAsync(kind, Lifetimes.Default);
        for (var seed = 0UL; seed < Histories; seed++)
            await api.RunAsync(seed, ClientHistories.Random(seed), user => new ClientHistoryRun(api, user));

        foreach (var outcome in s_outcomes)
            Assert.True(api.Outcomes.GetValueOrDefault(outcome) >= FewestOfAnOutcome, $"{outcome}: {api.Outcomes.GetValueOrDefault(outcome)} times");
    }
}
