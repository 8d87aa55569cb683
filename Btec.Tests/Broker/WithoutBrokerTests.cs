using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Broker;

/// <summary>Systems without a broker, and the worker. None of these tests needs one.</summary>
public abstract class WithoutBrokerTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : WithoutBrokerTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public async Task Without_a_broker_the_client_of_RabbitMQ_is_not_loaded()
        {
            await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
            await using var api = BtecProcess.StartApi(database.ToSettings(
                ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "10")));
            using var client = await api.ConnectAsync();
            await client.RegisterAsync(ApiMoves.NewEmail());

            Assert.False(await api.HasLoadedAsync("RabbitMQ.Client.dll"));
        }

        [Fact]
        public async Task The_worker_writes_the_event_of_the_user_that_it_creates()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using var worker = BtecProcess.StartWorker(database.ToSettings(
                ("Jwt:SigningKey", BtecApi.SigningKey), ("Jwt:Issuer", "Our accounts"),
                ("ConnectionStrings:rabbitmq", "amqp://127.0.0.1:1"),
                ("FirstSuperuser:Email", "root@example.com"), ("FirstSuperuser:Password", "sesame, open the door")));

            (await worker.WaitForEndAsync()).AssertExitCode(0);

            var payload = Assert.Single(await database.ReadAsync("SELECT payload FROM outgoing_events"));
            Assert.Contains("\"type\":\"user.created\"", payload, StringComparison.Ordinal);
            // A source is a URI reference.
            Assert.Contains("\"source\":\"Our%20accounts\"", payload, StringComparison.Ordinal);
        }
    }

    public sealed class OnPostgres() : WithoutBrokerTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Without_a_broker_no_event_is_written_for_one()
    {
        await using var api = await BtecApi.StartAsync(kind);

        await api.CreateClient().RegisterAsync(ApiMoves.NewEmail());

        Assert.Equal(0, await api.WithDatabaseAsync(database =>
            database.OutgoingEvents.CountAsync(TestContext.Current.CancellationToken)));
    }
}
