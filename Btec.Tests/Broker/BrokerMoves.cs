using System.Globalization;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Broker;

/// <summary>An API that publishes events.</summary>
internal sealed class BrokerMoves : IAsyncDisposable
{
    private readonly CollectedLogs _logs;

    private BrokerMoves(BtecApi api, CollectedLogs logs) => (Api, Client, _logs) = (api, api.CreateClient(), logs);

    public BtecApi Api { get; }

    public HttpClient Client { get; }

    /// <summary>The lines that say that the broker is away or back, in their order.</summary>
    public IReadOnlyList<string> Outages =>
    [
        .. _logs.Lines.Where(line => line.Contains("Events cannot be published", StringComparison.Ordinal)
            || line.Contains("Events are published to the broker again", StringComparison.Ordinal)),
    ];

    public string OutageLevels => string.Join(' ', Outages.Select(line => line.Split(' ')[0]));

    public static async Task<BrokerMoves> StartAsync(DatabaseKind kind, string address, params (string Name, string? Value)[] settings)
    {
        var logs = new CollectedLogs();
        var api = await BtecApi.StartAsync(
            kind,
            ToSettings(address, settings),
            addServices: services => services.AddLogging(logging => logging.AddProvider(logs)));
        return new BrokerMoves(api, logs);
    }

    /// <summary>Starts an API on a database that the caller disposes.</summary>
    public static async Task<BrokerMoves> StartBesideAsync(TestDatabase database, string address) => new(
        await BtecApi.StartInstanceAsync(database, new TestClock(), ToSettings(address)),
        new CollectedLogs());

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        _logs.Dispose();
    }

    /// <summary>Has an event happen: registers a user.</summary>
    /// <returns>The id of the user.</returns>
    public async Task<int> RegisterAsync() => (await Client.RegisterAsync(ApiMoves.NewEmail())).GetProperty("id").GetInt32();

    /// <summary>Lists the events in the outbox, by their users: the clock stands still.</summary>
    public async Task<List<OutgoingEvent>> ListAsync()
    {
        var found = await Api.WithDatabaseAsync(database =>
            database.OutgoingEvents.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken));
        return [.. found.OrderBy(outgoing => int.Parse(ReadSubject(outgoing), CultureInfo.InvariantCulture))];
    }

    /// <summary>Waits until the events in the outbox are as expected.</summary>
    public async Task<List<OutgoingEvent>> WaitAsync(Func<OutgoingEvent, bool> expected, Action? nudge = null)
    {
        List<OutgoingEvent> found = [];
        await Eventually.IsTrueAsync(
            async () =>
            {
                (nudge ?? Wake)();
                found = await ListAsync();
                return found.Count > 0 && found.TrueForAll(outgoing => expected(outgoing));
            },
            "the events are as expected");
        return found;
    }

    /// <summary>Waits for the number of lines about outages.</summary>
    public Task WaitForOutagesAsync(int count) => Eventually.IsTrueAsync(
        () =>
        {
            Wake();
            return Task.FromResult(Outages.Count >= count);
        },
        $"{count} lines about an outage");

    /// <summary>Wakes the publisher, whose clock stands still.</summary>
    public void Wake() => Api.Services.GetRequiredService<BrokerSignal>().Pulse();

    /// <summary>Lets the time pass until the next attempt, and wakes the publisher.</summary>
    public void Pass() => Api.Clock.Advance(TimeSpan.FromSeconds(5));

    private static string ReadSubject(OutgoingEvent outgoing) =>
        JsonSerializer.Deserialize<JsonElement>(outgoing.Payload).GetProperty("subject").GetString()!;

    private static Dictionary<string, string?> ToSettings(string address, params (string Name, string? Value)[] settings) => new(
        [.. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)), new("ConnectionStrings:rabbitmq", address)],
        StringComparer.Ordinal);
}
