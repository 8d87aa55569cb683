using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Audit;

/// <summary>Reads what happened.</summary>
public sealed class AuditService(BtecDbContext database)
{
    /// <summary>Events that a filter finds, the newest first, one more than a page has where there are more.</summary>
    public async Task<IReadOnlyList<AuditEvent>> ListAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
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

/// <summary>Which events to list.</summary>
/// <param name="UserId">The user whom they are about.</param>
/// <param name="Type">Their type.</param>
/// <param name="From">The first moment.</param>
/// <param name="To">The first moment after the last.</param>
/// <param name="Limit">Events of a page.</param>
/// <param name="After">The last event of the page before.</param>
public sealed record AuditFilter(
    int? UserId, string? Type, DateTimeOffset? From, DateTimeOffset? To, int Limit, (DateTimeOffset Moment, Guid Id)? After);
