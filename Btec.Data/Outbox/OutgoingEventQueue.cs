using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The queue of due events for the broker.</summary>
public sealed class OutgoingEventQueue(BtecDbContext database, TimeProvider clock)
    : OutboxQueue<OutgoingEvent>(database, clock, new OutboxTable(Table, Lease, "next_attempt_at, id"))
{
    /// <summary>The name of the table.</summary>
    public const string Table = "outgoing_events";

    /// <summary>The time for which a claim holds: longer than an attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Claims the event that has been due for longest, until <see cref="Lease"/> has passed.</summary>
    public Task<OutgoingEvent?> ClaimAsync(CancellationToken cancellationToken) =>
        ClaimAsync(TimeSpan.Zero, condition: "", argument: null, cancellationToken);
}
