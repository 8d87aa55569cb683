using System.Collections.Concurrent;
using System.Net;
using Btec.Data;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Keys;

/// <summary>Two API processes on one PostgreSQL and the real clock, while the worker rotates their key.</summary>
public sealed class KeyProcessesTests
{
    /// <summary>The time until the new key signs: late enough for every instance to publish it, and shorter than
    /// <see cref="SigningKeySchedule.Propagation"/>, which also allows for the caches of other services.</summary>
    private static readonly TimeSpan Overlap = SigningKeySchedule.MaxCacheAge + TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_rotation_by_the_worker_fails_no_request_to_two_API_processes()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        var settings = database.ToSettings(
            ("Jwt:SigningKey", BtecApi.SigningKey), ("Jwt:Algorithm", "ES256"), ("Passwords:WorkFactor", "4"), ("DOTNET_ENVIRONMENT", "Testing"));
        await using var first = BtecProcess.StartApi(settings);
        await using var second = BtecProcess.StartApi(settings);
        using var here = await first.ConnectAsync();
        using var there = await second.ConnectAsync();
        // Both have started on an empty database.
        var sets = await Task.WhenAll(here.GetKeyIdsAsync(), there.GetKeyIdsAsync());
        var old = Assert.Single(sets[0]);
        Assert.Equal(old, Assert.Single(sets[1]));
        var (owner, email) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await here.RegisterAsync(owner);
        await here.RegisterAsync(email);
        using var stop = new CancellationTokenSource();
        var used = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
#pragma warning disable CA2025 // Both have ended before the clients are disposed, unless the test has failed.
        var streams = new[] { StreamAsync(here, there), StreamAsync(there, here) };
#pragma warning restore CA2025

        var rotated = await WorkerRuns.RunAsync(settings, "--rotate-signing-key");
        rotated.AssertExitCode(0);
        await RescheduleAsync(database, generation: 2, TimeProvider.System.GetUtcNow() + Overlap);
        var key = (await database.ReadAsync("SELECT key_id FROM signing_keys WHERE generation = 2"))[0];
        Assert.Contains(key, rotated.Output[0], StringComparison.Ordinal);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(used.ContainsKey(key) || Array.Exists(streams, stream => stream.IsFaulted)), "the new key has taken over");
        await stop.CancelAsync();
        await Task.WhenAll(streams);

        Assert.Equal(new[] { old, key }.Order(StringComparer.Ordinal), used.Keys.Order(StringComparer.Ordinal));

        async Task StreamAsync(HttpClient minting, HttpClient verifying)
        {
            // Of another user, so that the many logins do not end the session.
            var kept = await minting.LoginAsync(owner);
            while (!stop.IsCancellationRequested)
            {
                var token = await minting.LoginAsync(email);
                Assert.Contains(KeyMoves.KeyOf(token), await verifying.GetKeyIdsAsync(), StringComparer.Ordinal);
                foreach (var alive in new[] { token, kept })
                {
                    using var response = await verifying.GetMeAsync(alive);
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                }

                used.TryAdd(KeyMoves.KeyOf(token), true);
                // A steady stream is enough; other tests need the processor too.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Changes the time from which a key signs. SQL alone cannot: the row is authenticated under the secret.</summary>
    private static async Task RescheduleAsync(TestDatabase database, int generation, DateTimeOffset activeFrom)
    {
        var builder = DataLayer.CreateBuilder(database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey)));
        builder.AddBtecDatabase();
        builder.Services.AddSigning();
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<BtecDbContext>();
        var row = await context.SigningKeys.AsTracking().SingleAsync(
            key => key.Generation == generation, TestContext.Current.CancellationToken);
        scope.ServiceProvider.GetRequiredService<SigningKeyVault>().Reschedule(row, activeFrom);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
