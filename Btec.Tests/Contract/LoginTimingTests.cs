using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Btec.Data.Model;
using Btec.Tests.Hashing;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>Every login attempt costs one bcrypt computation, so that its duration reveals nothing. The tests count hashes by the
/// API's own metric, because a clock would measure the load of other tests as well.</summary>
public abstract class LoginTimingTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : LoginTimingTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : LoginTimingTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Every_login_attempt_computes_exactly_one_hash()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (known, inactive, broken, imported) = (ApiMoves.NewEmail(), ApiMoves.NewEmail(), ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await client.RegisterAsync(known);
        await client.RegisterAsync(inactive);
        await api.WithDatabaseAsync(async database =>
        {
            (await database.Users.SingleAsync(user => user.Email == inactive)).IsActive = false;
            database.Users.Add(new User { Email = broken, HashedPassword = "!", CreatedAt = api.Clock.GetUtcNow() });
            database.Users.Add(new User { Email = imported, HashedPassword = ImportedVectors.OfLongPassword, CreatedAt = api.Clock.GetUtcNow() });
            return await database.SaveChangesAsync();
        });
        var (_, twoFactors, app) = await api.RegisterWithTotpAsync();
        (string Username, string Password, HttpStatusCode Status)[] attempts =
        [
            (known, ApiMoves.Password, HttpStatusCode.OK),
            (known, "a wrong password", HttpStatusCode.Unauthorized),
            (known, "", HttpStatusCode.Unauthorized),
            (known, "nul\0nul\0", HttpStatusCode.Unauthorized),
            (known, new string('a', 73), HttpStatusCode.Unauthorized),
            (known, new string('a', 60_000), HttpStatusCode.Unauthorized),
            (twoFactors, ApiMoves.Password, HttpStatusCode.Forbidden),
            (twoFactors, "a wrong password", HttpStatusCode.Unauthorized),
            (inactive, ApiMoves.Password, HttpStatusCode.Forbidden),
            (inactive, "a wrong password", HttpStatusCode.Unauthorized),
            (broken, ApiMoves.Password, HttpStatusCode.Unauthorized),
            (imported, ImportedVectors.LongPassword, HttpStatusCode.OK),
            (imported, "a wrong password", HttpStatusCode.Unauthorized),
            (imported, "nul\0nul\0", HttpStatusCode.Unauthorized),
            (imported, new string('a', 60_000), HttpStatusCode.Unauthorized),
            ("nobody@example.com", ApiMoves.Password, HttpStatusCode.Unauthorized),
            ("nobody@example.com", "", HttpStatusCode.Unauthorized),
            ("no address", ApiMoves.Password, HttpStatusCode.Unauthorized),
            ("nul\0@example.com", ApiMoves.Password, HttpStatusCode.Unauthorized),
            (new string('a', 300), ApiMoves.Password, HttpStatusCode.Unauthorized),
        ];
        using var hashes = new PasswordHashCounter(api.Services.GetRequiredService<IMeterFactory>());

        foreach (var (username, password, status) in attempts)
        {
            hashes.Clear();
            using var response = await client.PostFormAsync("/api/auth/login", ("username", username), ("password", password));

            Assert.Equal(status, response.StatusCode);
            Assert.Equal(["verify"], hashes.Operations);
        }

        foreach (var code in new[] { app.WrongCode, app.Code })
        {
            hashes.Clear();
            using var withCode = await client.TryLogInAsync(twoFactors, code);
            Assert.Equal(["verify"], hashes.Operations);
        }
    }

    [Fact]
    public async Task A_request_that_fails_validation_computes_no_hash()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        using var hashes = new PasswordHashCounter(api.Services.GetRequiredService<IMeterFactory>());

        using var missing = await client.PostFormAsync("/api/auth/login", ("username", "ada@example.com"));
        using var tooLong = await client.PostJsonAsync(
            "/api/auth/register", new { email = ApiMoves.NewEmail(), password = new string('a', 73) });
        using var malformed = await client.PostTextAsync("/api/auth/register", "{");

        Assert.Empty(hashes.Operations);
        await client.RegisterAsync(ApiMoves.NewEmail());
        Assert.Equal(["hash"], hashes.Operations);
    }

    /// <summary>Compares the fastest of several responses, because load only adds time. A cost of 9 takes 32 times as long as one
    /// of 4, so a factor of two is proof enough.</summary>
    [Fact]
    public async Task The_dummy_hash_has_the_configured_cost()
    {
        await using var cheap = await StartAsync(workFactor: 4);
        await using var costly = await StartAsync(workFactor: 9);
        var (low, high) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            low = Shorter(low, await FindQuickestRefusalAsync(cheap, "nobody@example.com"));
            high = Shorter(high, await FindQuickestRefusalAsync(costly, "nobody@example.com"));
            if (high > 2 * low)
                return;
        }

        Assert.Fail($"A refusal takes {high} at cost 9 and {low} at cost 4.");
    }

    /// <summary>Compares the fastest responses too: without the additional work, the known address would take a 32nd of the time. Load
    /// only adds time, so it can hide an equal time for a while, but not that difference.</summary>
    [Theory]
    [InlineData("$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData(ImportedVectors.OfLongPassword)]
    public async Task A_wrong_password_for_a_hash_of_lower_cost_takes_as_long_as_for_an_unknown_address(string hash)
    {
        await using var api = await StartAsync(workFactor: 9);
        await api.WithDatabaseAsync(database =>
        {
            database.Users.Add(new User
            {
                Email = "ada@example.com",
                HashedPassword = hash,
                CreatedAt = api.Clock.GetUtcNow(),
            });
            return database.SaveChangesAsync();
        });

        var (known, unknown) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            known = Shorter(known, await FindQuickestRefusalAsync(api, "ada@example.com"));
            unknown = Shorter(unknown, await FindQuickestRefusalAsync(api, "nobody@example.com"));
            if (known > unknown / 2 && known < 2 * unknown)
                return;
        }

        Assert.Fail($"A refusal takes {known} for a known and {unknown} for an unknown address.");
    }

    private Task<BtecApi> StartAsync(int workFactor) => BtecApi.StartAsync(
        kind, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passwords:WorkFactor"] = workFactor.ToString() });

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static async Task<TimeSpan> FindQuickestRefusalAsync(BtecApi api, string email)
    {
        var client = api.CreateClient();
        var quickest = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 8; attempt++)
        {
            var watch = Stopwatch.StartNew();
            using var response = await client.PostFormAsync(
                "/api/auth/login", ("username", email), ("password", "a wrong password"));
            quickest = watch.Elapsed < quickest ? watch.Elapsed : quickest;
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        return quickest;
    }
}
