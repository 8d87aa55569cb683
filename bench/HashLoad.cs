using System.Diagnostics;
using System.Globalization;
using System.Net;
using Btec.Data.Passwords;

namespace Btec.Bench;

/// <summary>A fixed number of passwords to hash, over HTTP or without: the time of the whole counts, because a second holds
/// only a few.</summary>
internal static class HashLoad
{
    private static int s_registered;

    /// <summary>Logins a second. Any answer but 200 ends the benchmark.</summary>
    public static Task<double> LogInAsync(ServerProcess server, int connections, int count, CancellationToken cancellationToken) =>
        PostAsync(server, connections, HttpStatusCode.OK, number => number < count, LoginContent, cancellationToken);

    /// <summary>Logs in until told to stop, and returns the logins a second and how many were refused as busy. Any other answer
    /// ends the benchmark.</summary>
    public static async Task<(double PerSecond, int Refused)> LogInUntilAsync(
        ServerProcess server, int connections, CancellationToken stop, CancellationToken cancellationToken)
    {
        var refused = 0;
        var perSecond = await PostAsync(
            server, connections, HttpStatusCode.OK, _ => !stop.IsCancellationRequested, LoginContent, cancellationToken,
            async answer =>
            {
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter?.Delta is not { } pause)
                    return false;

                Interlocked.Increment(ref refused);
                await Task.WhenAny(Task.Delay(pause, cancellationToken), Task.Delay(Timeout.Infinite, stop));
                return true;
            });
        return (perSecond, refused);
    }

    /// <summary>Registrations a second, each of a new address. Any answer but 201 ends the benchmark.</summary>
    public static Task<double> RegisterAsync(ServerProcess server, int connections, int count, CancellationToken cancellationToken) =>
        PostAsync(server, connections, HttpStatusCode.Created, number => number < count, RegistrationContent, cancellationToken);

    /// <summary>Verifications a second on all cores, by what the API computes with.</summary>
    public static Task<double> VerifyRawAsync(int count)
    {
        var hash = BcryptHash.Create(BenchDatabase.Password, BenchDatabase.WorkFactor);
        return ComputeAsync(count, () => BcryptHash.Verify(BenchDatabase.Password, hash));
    }

    /// <summary>The same by BCrypt.Net-Next.</summary>
    public static Task<double> VerifyManagedAsync(int count)
    {
        var hash = BcryptHash.Create(BenchDatabase.Password, BenchDatabase.WorkFactor);
        return ComputeAsync(count, () => BCrypt.Net.BCrypt.Verify(BenchDatabase.Password, hash));
    }

    /// <summary>New hashes a second on all cores, by what the API computes with.</summary>
    public static Task<double> CreateRawAsync(int count) =>
        ComputeAsync(count, () => BcryptHash.Create(BenchDatabase.Password, BenchDatabase.WorkFactor).Length > 0);

    private static async Task<double> ComputeAsync(int count, Func<bool> compute)
    {
        var next = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (Interlocked.Increment(ref next) <= count)
                {
                    if (!compute())
                        throw new InvalidOperationException("A hash came out wrong.");
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> PostAsync(
        ServerProcess server,
        int connections,
        HttpStatusCode expected,
        Func<int, bool> hasNext,
        Func<(string Path, HttpContent Content)> create,
        CancellationToken cancellationToken,
        Func<HttpResponseMessage, Task<bool>>? forgive = null)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        var (next, done) = (-1, 0);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            while (hasNext(Interlocked.Increment(ref next)))
            {
                var (path, content) = create();
                using (content)
                using (var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken))
                {
                    if (answer.StatusCode != expected && forgive is not null && await forgive(answer))
                        continue;

                    if (answer.StatusCode != expected)
                    {
                        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
                        throw new InvalidOperationException($"{server.Name} answered {(int)answer.StatusCode} on {path}: {body}");
                    }
                }

                Interlocked.Increment(ref done);
            }
        }));
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static (string Path, HttpContent Content) LoginContent() => (
        Paths.Login,
        new FormUrlEncodedContent([KeyValuePair.Create("username", BenchDatabase.EmailOf(1)), KeyValuePair.Create("password", BenchDatabase.Password)]));

    private static (string Path, HttpContent Content) RegistrationContent() => (
        Paths.Register,
        JsonContent.Create(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["email"] = string.Create(CultureInfo.InvariantCulture, $"new{Interlocked.Increment(ref s_registered)}@example.com"),
            ["password"] = BenchDatabase.Password,
        }));
}
