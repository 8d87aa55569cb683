using System.Text.Json;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Outbox;

/// <summary>The queue of due back-channel logouts.</summary>
public sealed class LogoutNoticeQueue(BtecDbContext database, TimeProvider clock)
    : OutboxQueue<LogoutNotice>(database, clock, new OutboxTable(Table, Lease))
{
    /// <summary>The name of the table.</summary>
    public const string Table = "logout_notices";

    /// <summary>The time for which a claim holds: longer than an attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly BtecDbContext _database = database;

    /// <summary>Claims the notice that has been due for longest, until <see cref="Lease"/> has passed.</summary>
    /// <param name="passedOver">The clients whose notices are left for later.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The notice, or <see langword="null"/> if none is due and unclaimed.</returns>
    public Task<LogoutNotice?> ClaimAsync(IReadOnlyCollection<string> passedOver, CancellationToken cancellationToken) =>
        _database.Database.IsNpgsql()
            ? ClaimAsync(TimeSpan.Zero, "client_id <> ALL ({2})", passedOver.ToArray(), cancellationToken)
            : ClaimAsync(
                TimeSpan.Zero,
                "client_id NOT IN (SELECT value FROM json_each({2}))",
                JsonSerializer.Serialize(passedOver),
                cancellationToken);
}
