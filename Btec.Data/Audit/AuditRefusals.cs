namespace Btec.Data.Audit;

public static class AuditRefusals
{
    /// <summary>Records an attempt that changed nothing.</summary>
    /// <param name="trail">Where it is recorded.</param>
    /// <param name="type">One of <see cref="AuditTypes"/>.</param>
    /// <param name="outcome">The code of the error that is answered.</param>
    /// <param name="userId">The user who tried, if they are known.</param>
    /// <param name="origin">Where the request came from.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public static Task RecordRefusalAsync(
        this AuditTrail trail, string type, string outcome, int? userId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trail);
        return trail.CommitAsync(
            (batch, _) =>
            {
                batch.Record(type, userId, userId, origin, outcome: outcome);
                return Task.FromResult(true);
            },
            cancellationToken);
    }
}
