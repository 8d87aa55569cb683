using Btec.Tests.Infrastructure;

namespace Btec.Tests.Broker;

/// <summary>A broker behind TLS (<c>amqps</c>), with a certificate of an authority that the system does not know by itself.</summary>
[Collection(BrokerCollection.Name)]
public sealed class BrokerTlsTests(RabbitServer server)
{
    [Fact]
    public async Task An_event_waits_while_the_certificate_is_not_trusted_and_is_published_once_it_is()
    {
        await using var queue = await EventQueue.BindAsync(server, "user.registered");
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await database.MigrateAsync();
        await using (var stranger = BtecProcess.StartApi(Settings(database)))
        {
            using var client = await stranger.ConnectAsync();
            await client.RegisterAsync(ApiMoves.NewEmail());
            await stranger.WaitForLineAsync("Events cannot be published to the broker at the moment, .*certificate");
        }

        await queue.ReadAsync();
        Assert.Empty(queue.Received);

        await using var trusting = BtecProcess.StartApi(Settings(database, ("SSL_CERT_FILE", server.AuthorityFile)));
        Assert.Single(await queue.WaitAsync(1));
    }

    private IReadOnlyDictionary<string, string?> Settings(TestDatabase database, params (string Name, string? Value)[] more) =>
        database.ToSettings(
        [
            ("ConnectionStrings:rabbitmq", server.TlsAddress), ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "10"),
            .. more,
        ]);
}
