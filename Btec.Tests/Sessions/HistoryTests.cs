using Btec.Tests.Infrastructure;

namespace Btec.Tests.Sessions;

/// <summary>Random histories, the same on every run, compared with <see cref="SessionModel"/>. A failure shows its seed and the
/// shortest part of the history that fails.</summary>
public abstract class HistoryTests(DatabaseKind kind)
{
    /// <summary>The number of random histories for each of two configurations: 520 per database.</summary>
    private const int AnyHistories = 260;
    private const int HonestHistories = 25;
    private const int Thefts = 30;

    /// <summary>The least number of times that each outcome must occur, or the histories prove nothing about it.</summary>
    private const int FewestOfAnOutcome = 5;

    private static readonly string[] Outcomes =
    [
        "ok", "successor", "same successor", "refresh_token_reused", "refresh_token_expired", "session_ended", "account_inactive",
        "account_inactive", "token_expired", "token_invalid", "step_up_required", "stepped up",
    ];

    public sealed class OnSqlite() : HistoryTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : HistoryTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData(nameof(Lifetimes.Default), 1)]
    [InlineData(nameof(Lifetimes.LongAccess), 2)]
    public async Task Every_random_history_follows_the_rules(string configuration, int series)
    {
        var lifetimes = configuration == nameof(Lifetimes.Default) ? Lifetimes.Default : Lifetimes.LongAccess;
        await using var api = await HistoryApi.StartAsync(kind, lifetimes);
        foreach (var seed in SeedsOf(series, AnyHistories))
            await api.RunAsync(seed, Histories.Random(seed, lifetimes));

        foreach (var outcome in Outcomes)
            Assert.True(api.Outcomes.GetValueOrDefault(outcome) >= FewestOfAnOutcome, $"{outcome}: {api.Outcomes.GetValueOrDefault(outcome)} times");
    }

    [Fact]
    public async Task Lost_responses_and_racing_tabs_never_log_anyone_out()
    {
        await using var api = await HistoryApi.StartAsync(kind, Lifetimes.Default);
        foreach (var seed in SeedsOf(3, HonestHistories))
        {
            var run = await api.RunAsync(seed, Histories.Honest(seed, Lifetimes.Default));
            Assert.True(run.Refusals == 0, $"Seed {seed}:\n{run.Story}");
        }
    }

    [Fact]
    public async Task A_stolen_token_ends_the_session_it_was_stolen_from()
    {
        await using var api = await HistoryApi.StartAsync(kind, Lifetimes.Default);
        foreach (var seed in SeedsOf(4, Thefts))
        {
            var run = await api.RunAsync(seed, Histories.Theft(seed, Lifetimes.Default));
            Assert.True(run.Model.Sessions[0].Ended, $"Seed {seed}:\n{run.Story}");
        }
    }

    private static IEnumerable<ulong> SeedsOf(int series, int count) =>
        Enumerable.Range(0, count).Select(number => ((ulong)series << 32) + (ulong)number);
}
