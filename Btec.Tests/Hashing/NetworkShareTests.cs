using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Telemetry;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Hashing;

/// <summary>The queue of one worker, shared by several client networks. The test keeps the worker busy while they
/// arrive.</summary>
public sealed class NetworkShareTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualResetEventSlim _end = new();
    private readonly ConcurrentQueue<string> _served = new();
    private readonly List<Task> _asked = [];
    private HashingWorkers? _workers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _end.Set();
        await Task.WhenAll(_asked).ContinueWith(_ => { }, TaskScheduler.Default);
        _workers?.Dispose();
        _end.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Networks_take_turns_however_many_hashes_each_of_them_asks_for()
    {
        await HoldAsync(queueLimit: 10);
        foreach (var network in new[] { "a", "a", "a", "b", "c", "b" })
            _ = Ask(network);

        await ServeAsync();

        Assert.Equal("a b c a b a", string.Join(' ', _served));
    }

    [Fact]
    public async Task A_network_that_fills_the_queue_loses_its_last_places_to_networks_that_have_fewer()
    {
        await HoldAsync(queueLimit: 4);
        var flood = Enumerable.Range(0, 4).Select(_ => Ask("flood")).ToList();
        await Assert.ThrowsAsync<BusyException>(() => Ask("flood"));

        var accepted = new[] { Ask("a"), Ask("b") };
        await Assert.ThrowsAsync<BusyException>(() => flood[3]);
        await Assert.ThrowsAsync<BusyException>(() => flood[2]);
        await Assert.ThrowsAsync<BusyException>(() => Ask("a"));
        await ServeAsync();

        await Task.WhenAll(accepted);
        Assert.Equal("flood a b flood", string.Join(' ', _served));
    }

    [Fact]
    public async Task Many_networks_leave_half_of_the_places_and_of_the_turns_to_known_ones()
    {
        await HoldAsync(queueLimit: 4);
        var flood = Enumerable.Range(0, 4).Select(number => Ask($"flood{number}")).ToList();
        await Assert.ThrowsAsync<BusyException>(() => Ask("stranger"));

        var owners = new[] { Ask("owner", isKnown: true), Ask("owner", isKnown: true) };
        await Assert.ThrowsAsync<BusyException>(() => Ask("owner", isKnown: true));
        await ServeAsync();

        await Task.WhenAll(owners);
        Assert.Equal(2, flood.Count(hash => hash.IsFaulted));
        Assert.Equal([true, false, true, false], _served.Select(network => network == "owner"));
    }

    [Fact]
    public async Task Known_networks_leave_the_other_half_to_strangers()
    {
        await HoldAsync(queueLimit: 4);
        var owners = Enumerable.Range(0, 4).Select(number => Ask($"owner{number}", isKnown: true)).ToList();

        var strangers = new[] { Ask("a"), Ask("b") };
        await Assert.ThrowsAsync<BusyException>(() => Ask("c"));
        await ServeAsync();

        await Task.WhenAll(strangers);
        Assert.Equal(2, owners.Count(hash => hash.IsFaulted));
    }

    [Fact]
    public async Task Whoever_finds_no_place_among_the_known_networks_gets_one_as_a_stranger()
    {
        await HoldAsync(queueLimit: 4);
        var attackers = Enumerable.Range(0, 4).Select(number => Ask($"attacker{number}", isKnown: true)).ToList();

        var owner = Ask("owner", isKnown: true);
        await ServeAsync();

        await owner;
        Assert.Equal("attacker0 owner attacker1 attacker2", string.Join(' ', _served));
        Assert.True(attackers[3].IsFaulted);
    }

    [Fact]
    public async Task The_expected_wait_is_that_of_the_own_network()
    {
        Start(queueLimit: 100);
        await _workers!.RunAsync(
            "hash",
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(4));
                return true;
            },
            Cancellation);
        await HoldAsync();
        _ = Ask("flood");
        _ = Ask("flood");

        var busy = await Assert.ThrowsAsync<BusyException>(() => Ask("flood"));
        _ = Ask("other");
        await ServeAsync();

        Assert.Equal(TimeSpan.FromSeconds(12), busy.RetryAfter);
        Assert.Equal("flood other flood", string.Join(' ', _served));
    }

    [Fact]
    public async Task What_waits_when_the_application_stops_is_still_computed_for_every_network()
    {
        await HoldAsync(queueLimit: 4);
        foreach (var network in new[] { "a", "b", "c" })
            _ = Ask(network);
        _ = Ask("owner", isKnown: true);

        _workers!.Dispose();
        await ServeAsync();

        Assert.Equal(4, _served.Count);
    }

    private void Start(int queueLimit) => _workers = new HashingWorkers(
        Options.Create(new HashingOptions { Workers = 1, QueueLimit = queueLimit, WaitLimit = TimeSpan.FromSeconds(10) }),
        new AuthMetrics(_services.GetRequiredService<IMeterFactory>(), _clock),
        _clock);

    private Task HoldAsync(int queueLimit)
    {
        Start(queueLimit);
        return HoldAsync();
    }

    private async Task HoldAsync()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Add(_workers!.RunAsync(
            "verify",
            () =>
            {
                begun.SetResult();
                _end.Wait(CancellationToken.None);
                return true;
            },
            Cancellation));
        await begun.Task;
    }

    private Task<bool> Ask(string network, bool isKnown = false)
    {
        var asked = _workers!.RunAsync(
            "verify",
            () =>
            {
                _served.Enqueue(network);
                return true;
            },
            new HashingClient(network, isKnown),
            Cancellation);
        _asked.Add(asked);
        return asked;
    }

    /// <summary>Releases the worker, and waits until nothing waits any more.</summary>
    private async Task ServeAsync()
    {
        _end.Set();
        await Eventually.IsTrueAsync(() => Task.FromResult(_asked.TrueForAll(asked => asked.IsCompleted)), "everything is served");
    }
}
