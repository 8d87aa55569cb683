using System.Diagnostics;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>Checks of all responses of a load.</summary>
internal static class LoadRules
{
    /// <summary>Checks that all failures asked the client to retry, and that no response took too long.</summary>
    /// <param name="broken">An API that was stopped or killed, and may have left requests without a response.</param>
    public static void AssertOnlyUnavailable(this SteadyLoad load, HttpClient? broken = null)
    {
        var wrong = load.Answers
            .Where(answer => answer.Latency > FaultCollection.Patience
                || (answer.IsInconclusive && !answer.IsOutage && !(answer.Status == 0 && answer.Server == broken)))
            .ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {load.Answers.Count}:\n{string.Join('\n', wrong.Take(20))}\n{Summarize(load)}");
        TestContext.Current.TestOutputHelper?.WriteLine(Summarize(load));
    }

    /// <summary>Checks that the fault caused outages, and that there were none later than 5 s after its end.</summary>
    public static void AssertNormalSince(this SteadyLoad load, long over)
    {
        Assert.Contains(load.Answers, answer => answer.IsOutage);
        var late = load.Answers
            .Where(answer => answer.IsInconclusive && Stopwatch.GetElapsedTime(over, answer.SentAt) > FaultCollection.Patience).ToList();
        Assert.True(late.Count == 0, string.Join('\n', late.Take(20)));
        Assert.Contains(load.Answers, answer => Stopwatch.GetElapsedTime(over, answer.SentAt) > FaultCollection.Patience);
    }

    /// <summary>Checks that the database holds no duplicate and no partial changes.</summary>
    public static async Task AssertConsistentAsync(this TestDatabase database)
    {
        Assert.Equal(["0"], await database.ReadAsync(
            """
            SELECT count(*) FROM (
                SELECT session_id FROM refresh_tokens GROUP BY 1 HAVING count(*) FILTER (WHERE consumed_at IS NULL) <> 1) AS broken
            """));
        Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM audit_events WHERE type = 'session.refresh_token_reused'"));
        Assert.Equal(["0"], await database.ReadAsync(
            """
            SELECT count(*) FROM users FULL JOIN (
                SELECT user_id FROM audit_events WHERE type = 'user.registered' AND outcome = 'success') AS audited
            ON audited.user_id = users.id
            WHERE audited.user_id IS NULL OR users.id IS NULL
            """));
    }

    private static string Summarize(SteadyLoad load) => string.Join(", ", load.Answers
        .GroupBy(answer => answer.Status).OrderBy(group => group.Key)
        .Select(group => $"{group.Key}: {group.Count()} (longest {group.Max(answer => answer.Latency).TotalSeconds:0.000} s)"));
}
