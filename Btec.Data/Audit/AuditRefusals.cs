namespace Btec.Data.Audit;

/// <summary>Records refused attempts in the audit trail.</summary>
public static class AuditRefusals
{
    /// <summary>Records an attempt that a user made on their own account and that changed nothing.</summary>
    /// <param name="type">One of <see cref="AuditTypes"/>.</param>
    /// <param name="outcome">The code of the error in the response.</param>
    /// <param name="userId">The user who tried, if known.</param>
    public static Task RecordRefusalAsync(
        this AuditTrail trail,
        string type,
        string outcome,
        int? userId,
        AuditOrigin origin,
        CancellationToken cancellationToken) =>
        trail.RecordRefusalAsync(type, outcome, userId, userId, origin, cancellationToken);

    /// <summary>Records an attempt that changed nothing.</summary>
    /// <param name="type">One of <see cref="AuditTypes"/>.</param>
    /// <param name="outcome">The code of the error in the response.</param>
    /// <param name="userId">The user whom the attempt is about, if known.</param>
    /// <param name="actorId">The user who tried, if known.</param>
    public static Task RecordRefusalAsync(
        this AuditTrail trail,
        string type,
        string outcome,
        int? userId,
        int? actorId,
        AuditOrigin origin,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trail);
        return trail.CommitAsync(
            (batch, _) =>
            {
                batch.Record(type, userId, actorId, origin, outcome: outcome);
                return Task.FromResult(true);
            },
            cancellationToken);
    }
}
