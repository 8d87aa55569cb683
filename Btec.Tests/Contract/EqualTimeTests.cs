using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>An attempt to log in costs one computation of bcrypt, whoever asks for whatever: nothing is learned from the time it
/// takes. Counted by the API's own metric, since a clock would measure the other tests as well.</summary>
public abstract class EqualTimeTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : EqualTimeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : EqualTimeTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Every_attempt_to_log_in_computes_one_hash()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (known, inactive, broken) = (ApiMoves.NewEmail(), ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await client.RegisterAsync(known);
        await client.RegisterAsync(inactive);
        await api.WithDatabaseAsync(async database =>
        {
            (await database.Users.SingleAsync(user => user.Email == inactive)).IsActive = false;
            database.Users.Add(new User { Email = broken, HashedPassword = "!", CreatedAt = api.Clock.GetUtcNow() });
            return await database.SaveChangesAsync();
        });
        (string Username, string Password, HttpStatusCode Status)[] attempts =
        [
            (known, ApiMoves.Password, HttpStatusCode.OK),
            (known, "a wrong password", HttpStatusCode.Unauthorized),
            (known, "", HttpStatusCode.Unauthorized),
            (known, "nul\0nul\0", HttpStatusCode.Unauthorized),
            (known, new string('a', 73), HttpStatusCode.Unauthorized),
            (known, new string('a', 60_000), HttpStatusCode.Unauthorized),
            (inactive, ApiMoves.Password, HttpStatusCode.Forbidden),
            (inactive, "a wrong password", HttpStatusCode.Unauthorized),
            (broken, ApiMoves.Password, HttpStatusCode.Unauthorized),
            ("nobody@example.com", ApiMoves.Password, HttpStatusCode.Unauthorized),
            ("nobody@example.com", "", HttpStatusCode.Unauthorized),
            ("no address", ApiMoves.Password, HttpStatusCode.Unauthorized),
            ("nul\0@example.com", ApiMoves.Password, HttpStatusCode.Unauthorized),
            (new string('a', 300), ApiMoves.Password, HttpStatusCode.Unauthorized),
        ];
        using var hashes = new HashCount(api.Services.GetRequiredService<IMeterFactory>());

        foreach (var (username, password, status) in attempts)
        {
            hashes.Clear();
            using var response = await client.PostFormAsync("/api/auth/login", ("username", username), ("password", password));

            Assert.Equal(status, response.StatusCode);
            Assert.Equal(["verify"], hashes.Operations);
        }
    }

    [Fact]
    public async Task What_is_refused_before_anybody_is_asked_costs_no_hash()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        using var hashes = new HashCount(api.Services.GetRequiredService<IMeterFactory>());

        using var missing = await client.PostFormAsync("/api/auth/login", ("username", "ada@example.com"));
        using var tooLong = await client.PostJsonAsync(
            "/api/auth/register", new { email = ApiMoves.NewEmail(), password = new string('a', 73) });
        using var malformed = await client.PostTextAsync("/api/auth/register", "{");

        Assert.Empty(hashes.Operations);
        await client.RegisterAsync(ApiMoves.NewEmail());
        Assert.Equal(["hash"], hashes.Operations);
    }

    /// <summary>The next five costs take 32 times as long, and nothing makes a hash quicker than it is: twice as long is proof
    /// enough on the busiest machine.</summary>
    [Fact]
    public async Task The_hash_for_nobody_has_the_cost_that_is_configured()
    {
        var cheap = await FindQuickestRefusalAsync(workFactor: 4);
        var dear = await FindQuickestRefusalAsync(workFactor: 9);

        Assert.True(dear > 2 * cheap, $"{dear} at cost 9, {cheap} at cost 4");
    }

    private async Task<TimeSpan> FindQuickestRefusalAsync(int workFactor)
    {
        await using var api = await BtecApi.StartAsync(
            kind, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passwords:WorkFactor"] = workFactor.ToString() });
        var client = api.CreateClient();
        var quickest = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 8; attempt++)
        {
            var watch = Stopwatch.StartNew();
            using var response = await client.PostFormAsync(
                "/api/auth/login", ("username", "nobody@example.com"), ("password", "a wrong password"));
            quickest = watch.Elapsed < quickest ? watch.Elapsed : quickest;
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        return quickest;
    }

    /// <summary>Listens to the hashes of one API among those that run at the same time.</summary>
    private sealed class HashCount : IDisposable
    {
        private readonly ConcurrentQueue<string> _operations = new();
        private readonly MeterListener _listener = new();

        public HashCount(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "btec.password_hash.duration" && ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            {
                foreach (var tag in tags)
                {
                    if (tag.Key == "operation")
                        _operations.Enqueue((string)tag.Value!);
                }
            });
            _listener.Start();
        }

        public List<string> Operations => [.. _operations];

        public void Clear() => _operations.Clear();

        public void Dispose() => _listener.Dispose();
    }
}
