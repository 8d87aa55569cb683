using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using RabbitMQ.Client;

namespace Btec.Tests.Broker;

/// <summary>A durable queue bound to the events, as another application would have it.</summary>
internal sealed class EventQueue : IAsyncDisposable
{
    public const string Exchange = "btec.events";

    private readonly RabbitServer _server;
    private readonly string _name = $"btec-tests-{Path.GetRandomFileName()}";
    private readonly List<ReceivedEvent> _received = [];
    private IConnection? _connection;
    private IChannel? _channel;

    private EventQueue(RabbitServer server) => _server = server;

    public IReadOnlyList<ReceivedEvent> Received => _received;

    /// <summary>Declares the queue.</summary>
    /// <param name="server">The broker.</param>
    /// <param name="pattern">The types of events.</param>
    /// <param name="arguments">Arguments of the queue, such as its maximum length.</param>
    public static async Task<EventQueue> BindAsync(
        RabbitServer server, string pattern = "#", params (string Name, object Value)[] arguments)
    {
        var queue = new EventQueue(server);
        var channel = await queue.OpenAsync();
        await channel.ExchangeDeclareAsync(
            Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueDeclareAsync(
            queue._name, durable: true, exclusive: false, autoDelete: false,
            arguments.ToDictionary(argument => argument.Name, argument => (object?)argument.Value, StringComparer.Ordinal),
            cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueBindAsync(queue._name, Exchange, pattern, cancellationToken: TestContext.Current.CancellationToken);
        return queue;
    }

    /// <summary>Takes all messages that are in the queue.</summary>
    public async Task ReadAsync()
    {
        var channel = await OpenAsync();
        while (await channel.BasicGetAsync(_name, autoAck: true, TestContext.Current.CancellationToken) is { } message)
        {
            _received.Add(new ReceivedEvent(
                message.RoutingKey, new BasicProperties(message.BasicProperties), Encoding.UTF8.GetString(message.Body.Span)));
        }
    }

    /// <summary>Waits for a number of messages.</summary>
    /// <param name="count">The number.</param>
    /// <param name="nudge">An action that makes the system go on.</param>
    public async Task<IReadOnlyList<ReceivedEvent>> WaitAsync(int count, Action? nudge = null)
    {
        await Eventually.IsTrueAsync(
            async () =>
            {
                nudge?.Invoke();
                await ReadAsync();
                return _received.Count >= count;
            },
            $"{count} events arrive");
        return _received;
    }

    /// <summary>Deletes the exchange, as somebody at the broker's console would.</summary>
    public async Task DeleteExchangeAsync() =>
        await (await OpenAsync()).ExchangeDeleteAsync(Exchange, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        var channel = await OpenAsync();
        await channel.QueueDeleteAsync(_name, cancellationToken: CancellationToken.None);
        await channel.DisposeAsync();
        await _connection!.DisposeAsync();
    }

    private async Task<IChannel> OpenAsync()
    {
        if (_channel is { IsOpen: true } open)
            return open;

        if (_connection is not null)
            await _connection.DisposeAsync();

        _connection = await _server.ConnectAsync();
        return _channel = await _connection.CreateChannelAsync(cancellationToken: CancellationToken.None);
    }
}

/// <summary>A message with an event.</summary>
internal sealed record ReceivedEvent(string RoutingKey, IReadOnlyBasicProperties Properties, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? Id => Properties.MessageId;
}
