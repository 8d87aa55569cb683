namespace Btec.Data.Model;

/// <summary>A back-channel logout that waits in the outbox: it tells a client that a session has ended (OpenID Connect Back-Channel
/// Logout 1.0). It is written in the transaction that ends the session.</summary>
public sealed class LogoutNotice
{
    /// <summary>The maximum length of a stored error, in characters; longer ones are cut.</summary>
    public const int LastErrorMaxLength = 255;

    /// <summary>A UUID of version 7, which is the <c>jti</c> of the logout token.</summary>
    public required Guid Id { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The user, who may have been deleted meanwhile.</summary>
    public required int UserId { get; init; }

    /// <summary>The session that has ended.</summary>
    public required Guid SessionId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the next attempt. A claim moves it ahead, so that no other sender claims the notice.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>The time at which sending was abandoned.</summary>
    public DateTimeOffset? AbandonedAt { get; set; }

    public string? LastError { get; set; }
}
