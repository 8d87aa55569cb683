using Btec.Data.Events;
using Btec.Data.Model;
using RabbitMQ.Client.Exceptions;

namespace Btec.Api.Features.Broker;

/// <summary>The connection to the broker. It is opened when the process starts, and again after it was lost.</summary>
internal sealed class BrokerConnection(BrokerAddress address, BrokerOutage outage, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>The time limit of a confirmation. A broker confirms a persistent message when it is on disk, within a second. The lease of
    /// a claim is longer (<see cref="Btec.Data.Outbox.OutgoingEventQueue.Lease"/>).</summary>
    public static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(15);

    /// <summary>The pause after a failure. A broker that has just been killed takes some seconds to start.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly long _started = clock.GetTimestamp();
    private ConfirmedChannel? _channel;
    private long _retryAt;

    /// <summary>Opens the connection unless it is open. Called by one caller at a time.</summary>
    /// <returns><see langword="true"/> if an event can be published now.</returns>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } open)
            return !open.IsBlocked;

        if (clock.GetElapsedTime(_started).Ticks < Interlocked.Read(ref _retryAt))
            return false;

        Drop(_channel);
        try
        {
            _channel = await ConfirmedChannel.OpenAsync(address, outage, cancellationToken);
            outage.NoteOpen();
            return true;
        }
#pragma warning disable CA1031 // Whatever the reason is, events wait and the next attempt follows.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            NoteFailure(exception.GetBaseException().Message, needsConfirmation: false);
            return false;
        }
    }

    /// <summary>Publishes an event and waits for the confirmation.</summary>
    /// <exception cref="OperationCanceledException">The process stops. The broker may have the event or not.</exception>
    public async Task<PublishOutcome> PublishAsync(OutgoingEvent item, CancellationToken abort)
    {
        if (_channel is not { } channel)
            return PublishOutcome.Unknown;

        using var timeout = new CancellationTokenSource(ConfirmLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        try
        {
            await channel.PublishAsync(item, either.Token);
            outage.NoteConfirmation();
            return PublishOutcome.Confirmed;
        }
        catch (PublishException)
        {
            return PublishOutcome.Refused;
        }
#pragma warning disable CA1031 // Whatever the reason is, the event is published again.
        catch (Exception exception) when (!abort.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // A connection that was given up before takes its events with it. That is no new outage.
            if (!ReferenceEquals(channel, Volatile.Read(ref _channel)))
                return PublishOutcome.Unknown;

            var isSilent = timeout.IsCancellationRequested;
            NoteFailure(isSilent ? "It does not confirm in time." : exception.GetBaseException().Message, needsConfirmation: true);
            // A blocked connection is as it should be. Another one would be blocked too.
            if (!channel.IsBlocked)
                Drop(channel);

            return PublishOutcome.Unknown;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is { } channel)
            await channel.DisposeAsync();
    }

    private void NoteFailure(string reason, bool needsConfirmation)
    {
        Interlocked.Exchange(ref _retryAt, (clock.GetElapsedTime(_started) + RetryDelay).Ticks);
        outage.Begin(reason, needsConfirmation);
    }

    private void Drop(ConfirmedChannel? channel)
    {
        if (channel is null)
            return;

        Interlocked.CompareExchange(ref _channel, value: null, comparand: channel);
        // Nobody waits: a broker that hangs takes seconds to be given up.
        _ = channel.DisposeAsync().AsTask();
    }
}
