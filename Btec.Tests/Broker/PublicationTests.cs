using System.Globalization;
using Btec.Api.Features.Webhooks;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Data.Retention;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace Btec.Tests.Broker;

/// <summary>The publication of events to a broker that works.</summary>
[Collection(BrokerCollection.Name)]
public abstract class PublicationTests(DatabaseKind kind, RabbitServer server)
{
    public sealed class OnSqlite(RabbitServer server) : PublicationTests(DatabaseKind.Sqlite, server);

    public sealed class OnPostgres(RabbitServer server) : PublicationTests(DatabaseKind.Postgres, server);

    [Fact]
    public async Task A_registration_arrives_as_a_persistent_CloudEvent_under_the_id_of_its_audit_event()
    {
        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await using var system = await BrokerMoves.StartAsync(kind, server.Address, ("Jwt:Issuer", "https://auth.example.com"));

        var user = await system.RegisterAsync();

        var received = (await queue.WaitAsync(1))[0];
        var audited = Assert.Single(await system.Api.GetAuditAsync(user, "user.registered"));
        var subject = user.ToString(CultureInfo.InvariantCulture);
        var (id, time) = (audited.GetProperty("id").GetString(), audited.GetProperty("occurred_at").GetString());
        Assert.Equal("user.registered", received.RoutingKey);
        Assert.Equal("application/cloudevents+json", received.Properties.ContentType);
        Assert.Equal(
            (DeliveryModes.Persistent, id, "user.registered"), (received.Properties.DeliveryMode, received.Id, received.Properties.Type));
        Assert.Equal(
            ["data", "datacontenttype", "id", "source", "specversion", "subject", "time", "type"],
            ApiMoves.NamesOf(received.Json));
        Assert.Equal(
            ("1.0", id, "https://auth.example.com", "user.registered", time, subject, "application/json"),
            (Read("specversion"), Read("id"), Read("source"), Read("type"), Read("time"), Read("subject"), Read("datacontenttype")));
        var data = received.Json.GetProperty("data");
        Assert.Equal(["occurred_at", "trace_id", "user_id"], ApiMoves.NamesOf(data));
        Assert.Equal(user, data.GetProperty("user_id").GetInt32());
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        Assert.Empty(system.Outages);

        string? Read(string attribute) => received.Json.GetProperty(attribute).GetString();
    }

    [Fact]
    public async Task An_event_for_which_no_queue_is_bound_holds_up_no_other()
    {
        await using var queue = await EventQueue.BindAsync(server, "session.ended");
        await using var system = await BrokerMoves.StartAsync(kind, server.Address);
        await system.RegisterAsync();
        var session = await system.Client.StartSessionOfNewUserAsync();

        using var ended = await system.Client.LogOutAsync(session.Access);

        Assert.Equal("session.ended", (await queue.WaitAsync(1))[0].RoutingKey);
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
    }

    [Fact]
    public async Task An_event_that_the_broker_refuses_is_published_later_and_delays_no_other()
    {
        await using var full = await EventQueue.BindAsync(server, "user.registered", ("x-max-length", 1), ("x-overflow", "reject-publish"));
        await using var system = await BrokerMoves.StartAsync(kind, server.Address);
        await system.RegisterAsync();
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await system.RegisterAsync();
        var refused = (await WaitForRefusalAsync(system))[1];
        var session = await system.Client.StartSessionOfNewUserAsync();

        using var ended = await system.Client.LogOutAsync(session.Access);
        await Eventually.IsTrueAsync(
            async () => (await system.ListAsync()).Exists(outgoing => outgoing.EventType == "session.ended" && outgoing.SentAt is not null),
            "the other event is sent");
        await full.WaitAsync(1);

        var received = await full.WaitAsync(3, system.Pass);
        Assert.Contains(received, one => one.Id == refused.Id.ToString("D"));
        await system.WaitAsync(outgoing => outgoing.SentAt is not null, system.Pass);
    }

    [Fact]
    public async Task A_process_killed_between_the_confirmation_and_the_record_of_it_leads_to_the_same_event_again()
    {
        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        // Nothing that was published can be recorded.
        await database.ExecuteAsync(Refusal);
        await using (var api = BtecProcess.StartApi(database.ToSettings(
            ("ConnectionStrings:rabbitmq", server.Address), ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "10"))))
        {
            using var client = await api.ConnectAsync();
            await client.RegisterAsync(ApiMoves.NewEmail());
            await queue.WaitAsync(1);
            Assert.True(!OperatingSystem.IsLinux() || await api.HasLoadedAsync("RabbitMQ.Client.dll"));
            await api.KillAsync();
        }

        await database.ExecuteAsync(kind == DatabaseKind.Sqlite ? "DROP TRIGGER refuse" : "DROP TRIGGER refuse ON outgoing_events");
        await using var heir = await BrokerMoves.StartBesideAsync(database, server.Address);
        heir.Api.Clock.Advance(OutgoingEventQueue.Lease);
        var received = await queue.WaitAsync(2, heir.Wake);

        Assert.Equal(received[0].Id, received[1].Id);
        Assert.Equal(received[0].Body, received[1].Body);
        Assert.Equal(2, (await heir.WaitAsync(outgoing => outgoing.SentAt is not null))[0].Attempts);
    }

    [Fact]
    public async Task An_event_that_has_waited_for_a_week_is_deleted_and_so_is_one_that_was_sent_a_week_ago()
    {
        await using var system = await BrokerMoves.StartAsync(kind, server.Address);
        await system.RegisterAsync();
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        await system.RegisterAsync();
        await system.WaitAsync(outgoing => outgoing.SentAt is not null);
        var waiting = (await system.ListAsync())[1].Id;
        await system.Api.WithDatabaseAsync(database => database.OutgoingEvents.Where(one => one.Id == waiting).ExecuteUpdateAsync(row => row
            .SetProperty(outgoing => outgoing.SentAt, (DateTimeOffset?)null)
            .SetProperty(outgoing => outgoing.NextAttemptAt, system.Api.Clock.GetUtcNow() + TimeSpan.FromDays(30))));
        var cleanup = system.Api.Services.GetServices<IHostedService>().OfType<EventCleanup>().Single();

        system.Api.Clock.Advance(EventPurge.KeptAfterEnd - TimeSpan.FromSeconds(1));
        await cleanup.RunOnceAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, (await system.ListAsync()).Count);
        system.Api.Clock.Advance(TimeSpan.FromSeconds(2));
        await cleanup.RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await system.ListAsync());
    }

    private string Refusal => kind == DatabaseKind.Sqlite
        ? "CREATE TRIGGER refuse BEFORE UPDATE OF sent_at ON outgoing_events BEGIN SELECT RAISE(ABORT, 'refused'); END"
        : """
            CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql;
            CREATE TRIGGER refuse BEFORE UPDATE OF sent_at ON outgoing_events FOR EACH ROW EXECUTE FUNCTION refuse();
            """;

    private static async Task<IReadOnlyList<OutgoingEvent>> WaitForRefusalAsync(BrokerMoves system)
    {
        await Eventually.IsTrueAsync(
            async () => (await system.ListAsync()).Exists(outgoing => outgoing.LastError == "The broker has refused the event."),
            "the broker has refused an event");
        return await system.ListAsync();
    }
}
