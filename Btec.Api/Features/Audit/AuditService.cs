using Btec.Data.Model;
using Btec.Data.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Audit;

/// <summary>Reads audit events.</summary>
internal sealed class AuditService(ReplicaReads replica)
{
    /// <summary>Lists the events that match a filter, newest first. If there is a next page, the list has one event more than
    /// the page holds.</summary>
    public Task<IReadOnlyList<AuditEvent>> ListAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return replica.ReadAsync(source => ListAsync(source, filter, cancellationToken), cancellationToken);
    }

    private static async Task<IReadOnlyList<AuditEvent>> ListAsync(
        BtecDbContext database, AuditFilter filter, CancellationToken cancellationToken)
    {
        var events = database.AuditEvents.AsNoTracking();
        if (filter.UserId is { } userId)
            events = events.Where(audited => audited.UserId == userId);

        if (filter.Type is { } type)
            events = events.Where(audited => audited.Type == type);

        if (filter.From is { } from)
            events = events.Where(audited => audited.OccurredAt >= from);

        if (filter.To is { } to)
            events = events.Where(audited => audited.OccurredAt < to);

        if (filter.After is var (moment, id))
        {
            events = events.Where(audited => audited.OccurredAt <= moment
                && (audited.OccurredAt < moment || audited.Id.CompareTo(id) < 0));
        }

        return await events
            .OrderByDescending(audited => audited.OccurredAt).ThenByDescending(audited => audited.Id)
            .Take(filter.Limit + 1)
            .ToListAsync(cancellationToken);
    }
}
