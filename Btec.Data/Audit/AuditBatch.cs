using System.Diagnostics;
using System.Text.Json;
using Btec.Data.Model;

namespace Btec.Data.Audit;

/// <summary>The events of one transaction.</summary>
public sealed class AuditBatch(DateTimeOffset now)
{
    /// <summary>The outcome of an action that was not refused.</summary>
    public const string Success = "success";

    /// <summary>The outcome of a login whose password was right and which was asked for a second factor.</summary>
    public const string MfaRequired = "mfa_required";

    private readonly List<AuditEvent> _events = [];

    internal IReadOnlyList<AuditEvent> Events => _events;

    /// <summary>Adds an event, which is written when the transaction commits.</summary>
    /// <param name="type">One of <see cref="AuditTypes"/>.</param>
    /// <param name="userId">The user whom the event is about.</param>
    /// <param name="actorId">The user who acted.</param>
    /// <param name="origin">The client of the request; <see langword="null"/> for the system.</param>
    /// <param name="sessionId">The session that the event is about.</param>
    /// <param name="outcome"><see cref="Success"/>, or the code of the error in the response.</param>
    /// <param name="details">More facts; never a secret.</param>
    public void Record(
        string type,
        int? userId,
        int? actorId,
        AuditOrigin? origin,
        Guid? sessionId = null,
        string outcome = Success,
        IReadOnlyDictionary<string, object?>? details = null) => _events.Add(new AuditEvent
        {
            Id = Guid.CreateVersion7(now),
            OccurredAt = now,
            Type = type,
            Outcome = outcome,
            UserId = userId,
            ActorId = actorId,
            SessionId = sessionId,
            Address = origin?.Address,
            UserAgent = origin?.UserAgent,
            TraceId = Activity.Current?.TraceId.ToString(),
            Details = details is null ? null : JsonSerializer.Serialize(details),
        });
}
