using System.Text;
using Btec.Data.Events;
using Btec.Data.Model;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Btec.Api.Features.Broker;

/// <summary>A channel of RabbitMQ with a connection of its own, on which the broker confirms what is published.</summary>
internal sealed class ConfirmedChannel : IAsyncDisposable
{
    /// <summary>The exchange of all events (the API contract).</summary>
    public const string Exchange = "btec.events";

    /// <summary>The media type of an event in the structured mode (CloudEvents 1.0.2, JSON format, section 3).</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The time limit of each step of opening a connection. The broker of the same data center answers within
    /// milliseconds.</summary>
    private static readonly TimeSpan s_openLimit = TimeSpan.FromSeconds(5);

    /// <summary>The interval of heartbeats: a broker that has gone without a word is noticed after two. RabbitMQ recommends 5 to 20
    /// seconds (rabbitmq.com, "Detecting Dead TCP Connections").</summary>
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(10);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly SemaphoreSlim _turns = new(1);
    private int _isClosed;
    private volatile bool _isBlocked;

    private ConfirmedChannel(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public bool IsOpen => _isClosed == 0 && _channel.IsOpen;

    /// <summary>Gets a value that says whether the broker reads no more from this connection, because it runs out of memory or disk
    /// space (<c>connection.blocked</c>).</summary>
    public bool IsBlocked => _isBlocked;

    /// <summary>Connects, and declares the exchange unless it exists.</summary>
    public static async Task<ConfirmedChannel> OpenAsync(BrokerAddress address, BrokerOutage outage, CancellationToken cancellationToken)
    {
        var connection = await CreateFactory(address).CreateConnectionAsync(cancellationToken);
        try
        {
            await DeclareExchangeAsync(connection, cancellationToken);
            var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            var opened = new ConfirmedChannel(connection, await connection.CreateChannelAsync(options, cancellationToken));
            opened.Observe(outage);
            return opened;
        }
        catch
        {
            await CloseAsync(connection);
            throw;
        }
    }

    /// <summary>Publishes an event, and waits until the broker has confirmed it. If no queue is bound for it, the broker drops and confirms
    /// it: a topic without subscribers must not hold up the others.</summary>
    /// <exception cref="PublishException">The broker has refused the event.</exception>
    public async Task PublishAsync(OutgoingEvent item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        var properties = new BasicProperties
        {
            ContentType = ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = item.Id.ToString("D"),
            Type = item.EventType,
            Timestamp = new AmqpTimestamp(item.CreatedAt.ToUnixTimeSeconds()),
        };

        // Messages are handed over one after the other, and confirmed in any order.
        Task confirmed;
        await _turns.WaitAsync(cancellationToken);
        try
        {
            confirmed = _channel.BasicPublishAsync(
                Exchange, item.EventType, mandatory: false, properties, Encoding.UTF8.GetBytes(item.Payload), cancellationToken).AsTask();
        }
        finally
        {
            _turns.Release();
        }

        await confirmed;
    }

    /// <summary>Closes the connection. It never fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1)
            return;

        await CloseAsync(_connection);
        _turns.Dispose();
    }

    /// <summary>Connections are opened again by <see cref="BrokerConnection"/>, not by the library: what was in flight has to be published
    /// again, which only the outbox knows.</summary>
    private static ConnectionFactory CreateFactory(BrokerAddress address) => new()
    {
        HostName = address.Host,
        Port = address.Port,
        UserName = address.UserName,
        Password = address.Password.Reveal(),
        VirtualHost = address.VirtualHost,
        Ssl = new SslOption { Enabled = address.UsesTls, ServerName = address.Host },
        ClientProvidedName = "btec",
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedConnectionTimeout = s_openLimit,
        HandshakeContinuationTimeout = s_openLimit,
        ContinuationTimeout = s_openLimit,
        RequestedHeartbeat = s_heartbeat,
    };

    /// <summary>Looks for the exchange first: a user who may only write to it cannot declare it.</summary>
    private static async Task DeclareExchangeAsync(IConnection connection, CancellationToken cancellationToken)
    {
        if (await HasExchangeAsync(connection, cancellationToken))
            return;

        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(
            Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
    }

    private static async Task<bool> HasExchangeAsync(IConnection connection, CancellationToken cancellationToken)
    {
        // The broker closes the channel if there is no such exchange.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.ExchangeDeclarePassiveAsync(Exchange, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.AbortAsync(CancellationToken.None);
            await connection.DisposeAsync();
        }
#pragma warning disable CA1031 // It is of no use any more, whatever the reason is.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The socket is closed by now.
        }
    }

    private void Observe(BrokerOutage outage)
    {
        _connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            _isBlocked = true;
            outage.Begin($"It has blocked the connection ({blocked.Reason}).", needsConfirmation: false);
            return Task.CompletedTask;
        };
        _connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _isBlocked = false;
            outage.NoteOpen();
            return Task.CompletedTask;
        };
        _connection.ConnectionShutdownAsync += (_, closed) =>
        {
            if (closed.Initiator != ShutdownInitiator.Application)
                outage.Begin($"The connection was lost ({closed.ReplyText}).", needsConfirmation: false);

            return Task.CompletedTask;
        };
    }
}
