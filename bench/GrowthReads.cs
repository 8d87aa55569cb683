using System.Globalization;

namespace Btec.Bench;

/// <summary>The reads of <see cref="GrowthRun"/>. Of users they ask about some that are spread over the table.</summary>
internal static class GrowthReads
{
    private const string Sessions = "/api/users/me/sessions";
    private const string Events = "/api/audit-events";

    /// <summary>The number of callers of <c>users/me</c>: in a large table each of them is on other pages.</summary>
    private const int Callers = 20_000;

    private const int Some = 2000;

    public static ReadLoad OfCallers(int users) => ReadLoad.OfCallers(users, Callers);

    public static ReadLoad OfSessions(int users) => ReadLoad.Of([.. Spread(users, Some).Select(user => (Sessions, Tokens.Create(user)))]);

    /// <summary>Returns searches that differ in how often their text occurs.</summary>
    public static IReadOnlyList<(string What, string Question)> Searches(int users) =>
    [
        ("search for a text that one user in 16 has", "?q=grace"),
        ("search for a text that one user in 700 has", "?q=tts"),
        ("search for a part of addresses, `r500@`", "?q=r500%40"),
        ("search for one address", "?q=user500%40example.com"),
        ("search for a text that nobody has", "?q=nobody"),
        ("list of the active users from the middle", $"?is_active=true&cursor={Tokens.CursorAfter(users / 2)}"),
    ];

    /// <summary>Returns the queries of the audit log, and the requests of each for a number of users.</summary>
    public static IReadOnlyList<(string What, Func<int, IReadOnlyList<(string Path, string Token)>> Requests)> AuditQueries()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (middle, day, recent) = (Text(now.AddDays(-180)), Text(now.AddDays(-179)), Text(now.AddDays(-30)));
        return
        [
            ("audit, newest", _ => Ask("")),
            ("audit of a user", users => [.. Spread(users, Some).SelectMany(user => Ask($"?user_id={user}"))]),
            ("audit of a frequent type", _ => Ask("?type=login")),
            ("audit of a rare type", _ => Ask("?type=client.created")),
            ("audit of a day", _ => Ask($"?from={middle}&to={day}")),
            ("audit of a type and a day", _ => Ask($"?type=user.deleted&from={middle}&to={day}")),
            ("audit of a user and a type", users => [.. Spread(users, Some).SelectMany(user => Ask($"?user_id={user}&type=logout"))]),
            ("audit of a user, a rare type and a month", users =>
                [.. Spread(users, Some).SelectMany(user => Ask($"?user_id={user}&type=user.deleted&from={recent}"))]),
        ];

        static string Text(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        static IReadOnlyList<(string Path, string Token)> Ask(string question) => [(Events + question, s_superuser.Value)];
    }

    private static readonly Lazy<string> s_superuser = new(() => Tokens.Create(BenchDatabase.SuperuserId));

    private static IEnumerable<int> Spread(int users, int count) =>
        Enumerable.Range(0, count).Select(index => 1 + (int)((long)index * users / count));
}
