namespace Btec.Api.Features.Audit;

/// <summary>The filter of a list of audit events.</summary>
/// <param name="UserId">The user whom the events are about.</param>
/// <param name="Type">The type of the events.</param>
/// <param name="From">The earliest time, inclusive.</param>
/// <param name="To">The latest time, exclusive.</param>
/// <param name="Limit">The number of events of a page.</param>
/// <param name="After">The last event of the previous page.</param>
internal sealed record AuditFilter(
    int? UserId, string? Type, DateTimeOffset? From, DateTimeOffset? To, int Limit, (DateTimeOffset Moment, Guid Id)? After);
