using Btec.Tests.Infrastructure;
using Btec.Tests.Sessions;

namespace Btec.Tests.SecondFactors;

/// <summary>Random histories of accounts with second factors, the same on every run, compared with <see cref="FactorModel"/>. A failure
/// shows its seed and the shortest part of the history that fails.</summary>
public abstract class FactorHistoryTests(DatabaseKind kind)
{
    private const int Histories = 150;

    /// <summary>The least number of times that each outcome must occur, or the histories prove nothing about it.</summary>
    private const int FewestOfAnOutcome = 5;

    private static readonly string[] Outcomes =
    [
        "ok", "mfa_required", "mfa_token_invalid", "code_wrong", "step_up_required", "token_invalid", "email_unverified",
        "invalid_credentials", "password_wrong", "not_found", "takeover",
    ];

    public sealed class OnSqlite() : FactorHistoryTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : FactorHistoryTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Every_random_history_of_second_factors_follows_the_rules()
    {
        await using var api = await HistoryApi.StartAsync(kind, Lifetimes.Default);
        for (var seed = 0UL; seed < Histories; seed++)
            await api.RunAsync(seed, FactorHistories.Random(seed), user => new FactorHistoryRun(api, user));

        foreach (var outcome in Outcomes)
            Assert.True(api.Outcomes.GetValueOrDefault(outcome) >= FewestOfAnOutcome, $"{outcome}: {api.Outcomes.GetValueOrDefault(outcome)} times");
    }
}
