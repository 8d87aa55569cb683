namespace Btec.Bench;

/// <summary>The load of logins by users who are spread over the table.</summary>
internal static class LoginLoad
{
    private static int s_next;

    public static Task<LoadResult> RunAsync(
        ServerProcess server, int users, int connections, int count, CancellationToken cancellationToken) => TimedPosts.RunAsync(
        server,
        Paths.Login,
        connections,
        (number, _) => number < count,
        _ => new FormUrlEncodedContent(
        [
            KeyValuePair.Create("username", BenchDatabase.EmailOf(Next(users))),
            KeyValuePair.Create("password", BenchDatabase.Password),
        ]),
        static (_, _) => Task.CompletedTask,
        cancellationToken);

    /// <summary>Returns the next of 1,000 users, each somewhere else in the table.</summary>
    private static int Next(int users) => 1 + (int)(Interlocked.Increment(ref s_next) % 1000L * users / 1000);
}
