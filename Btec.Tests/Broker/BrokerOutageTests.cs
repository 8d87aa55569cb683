using System.Globalization;
using System.Net;
using Btec.Api.Features.Broker;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Broker;

/// <summary>Brokers that are away, hang, block or forget. The choice of database matters to none but the first.</summary>
[Collection(BrokerCollection.Name)]
public sealed class BrokerOutageTests(RabbitServer server)
{
    [Fact]
    public async Task A_broker_killed_under_load_loses_no_event_and_fails_no_request()
    {
        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await server.StoreDeclarationsAsync();
        await using var system = await BrokerMoves.StartAsync(DatabaseKind.Postgres, server.Address);
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RegisterAsync(system, 40)));
        await Eventually.IsTrueAsync(
            async () => (await system.ListAsync()).Count(outgoing => outgoing.SentAt is not null) > 20, "events are published");

        await server.KillAsync();
        var before = (await system.ListAsync()).Count;
        await load;
        await system.WaitForOutagesAsync(1);
        system.Pass();
        await server.StartAgainAsync();

        system.Pass();
        var sent = await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await queue.ReadAsync();
        Assert.InRange(before, 21, 159);
        Assert.Equal(160, sent.Count);
        var received = queue.Received.Select(one => Guid.Parse(one.Id!)).ToHashSet();
        Assert.Subset(sent.Select(outgoing => outgoing.Id).ToHashSet(), received);
        var lost = sent.Where(outgoing => !received.Contains(outgoing.Id))
            .Select(outgoing => $"{outgoing.Id} of {outgoing.Payload}: attempts {outgoing.Attempts}, last error {outgoing.LastError}");
        Assert.True(received.Count == sent.Count, $"{string.Join('\n', lost)}\n{string.Join('\n', system.Outages)}");
        var audited = await system.Api.WithDatabaseAsync(database => database.AuditEvents.Where(one => one.Type == "user.registered")
            .Select(one => one.Id).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(audited.Order(), sent.Select(outgoing => outgoing.Id).Order());
        Assert.True(system.OutageLevels == "Warning Information", string.Join('\n', system.Outages));
    }

    [Fact]
    public async Task Without_a_broker_the_API_starts_and_the_events_follow_when_it_appears()
    {
        var port = FreePort.Find();
        var address = server.Address.Replace($":{server.Port}", $":{port}", StringComparison.Ordinal);
        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await using var system = await BrokerMoves.StartAsync(DatabaseKind.Sqlite, address);
        using var measured = Measurements.Of(system.Api, name => name.StartsWith("btec.broker", StringComparison.Ordinal));
        await system.RegisterAsync();
        await system.WaitForOutagesAsync(1);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            system.Pass();
            await measured.WaitForAsync(string.Create(CultureInfo.InvariantCulture, $"btec.broker.queue.age {(attempt + 1) * 5}"));
        }

        using var health = await system.Client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        var waiting = Assert.Single(await system.ListAsync());
        Assert.Equal((0, null), (waiting.Attempts, waiting.SentAt));

        await using var forwarder = TcpForwarder.To("127.0.0.1", server.Port, port);
        system.Pass();
        await queue.WaitAsync(1, system.Wake);
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await measured.WaitForAsync("btec.broker.published 1");
        await measured.WaitForAsync("btec.broker.queue.age 0");
        Assert.Equal("Warning Information", system.OutageLevels);
    }

    [Fact]
    public async Task A_broker_that_blocks_gets_no_more_events_until_it_unblocks()
    {
        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await using var system = await BrokerMoves.StartAsync(DatabaseKind.Sqlite, server.Address);
        await server.ControlAsync("set_vm_memory_high_watermark", "absolute", "1");
        try
        {
            // The broker tells of its alarm when it gets something to store.
            await system.RegisterAsync();
            await system.WaitForOutagesAsync(1);
            for (var number = 0; number < 3; number++)
                await system.RegisterAsync();

            system.Api.Clock.Advance(BrokerConnection.ConfirmLimit);
            var waiting = await system.WaitAsync(
                outgoing => outgoing.SentAt is null && (outgoing.Attempts == 0 || outgoing.LastError is not null));
            Assert.Equal([1, 0, 0, 0], waiting.Select(outgoing => outgoing.Attempts));
            using var health = await system.Client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
        finally
        {
            await server.ControlAsync("set_vm_memory_high_watermark", "0.8");
        }

        system.Pass();
        var sent = await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await queue.ReadAsync();
        Assert.Equal(
            sent.Select(outgoing => outgoing.Id.ToString("D")).Order(StringComparer.Ordinal),
            queue.Received.Select(one => one.Id!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal("Warning Information", system.OutageLevels);
        Assert.Contains("blocked", system.Outages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_hangs_holds_up_no_request_and_gets_the_event_again()
    {
        if (OperatingSystem.IsWindows())
            TestDatabase.SkipOrFail("Windows has no signals.");

        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await using var system = await BrokerMoves.StartAsync(DatabaseKind.Sqlite, server.Address);
        await system.RegisterAsync();
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await server.SignalAsync("STOP");
        try
        {
            await system.RegisterAsync();
            await Eventually.IsTrueAsync(
                async () =>
                {
                    system.Api.Clock.Advance(BrokerConnection.ConfirmLimit);
                    return (await system.ListAsync())[1].LastError is not null;
                },
                "the attempt has failed");
        }
        finally
        {
            await server.SignalAsync("CONT");
        }

        system.Pass();
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await queue.ReadAsync();
        Assert.Equal(2, queue.Received.Select(one => one.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("Warning Information", system.OutageLevels);
        Assert.Contains("does not confirm in time", system.Outages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exchange_that_was_deleted_is_declared_again()
    {
        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await using var system = await BrokerMoves.StartAsync(DatabaseKind.Sqlite, server.Address);
        await system.RegisterAsync();
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await queue.DeleteExchangeAsync();

        await system.RegisterAsync();
        await Eventually.IsTrueAsync(async () => (await system.ListAsync())[1].LastError is not null, "the attempt has failed");

        system.Pass();
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        Assert.Equal("Warning Information", system.OutageLevels);
        Assert.Contains("NOT_FOUND", system.Outages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_an_outage_and_appears_in_no_line()
    {
        var address = server.Address.Replace("guest:guest@", "guest:sesame@", StringComparison.Ordinal);
        await using var system = await BrokerMoves.StartAsync(DatabaseKind.Sqlite, address);

        await system.RegisterAsync();

        await system.WaitForOutagesAsync(1);
        Assert.DoesNotContain("sesame", system.Outages[0], StringComparison.Ordinal);
        Assert.Null(Assert.Single(await system.ListAsync()).SentAt);
    }

    private static async Task RegisterAsync(BrokerMoves system, int count)
    {
        for (; count > 0; count--)
            await system.RegisterAsync();
    }
}
