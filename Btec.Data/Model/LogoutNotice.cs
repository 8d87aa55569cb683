namespace Btec.Data.Model;

/// <summary>A back-channel logout that waits in the outbox: it tells a client that a session has ended (OpenID Connect Back-Channel
/// Logout 1.0). It is written in the transaction that ends the session. The <c>jti</c> of each logout token begins with
/// the id.</summary>
public sealed class LogoutNotice : OutboxItem
{
    public required string ClientId { get; init; }

    /// <summary>The user, who may have been deleted meanwhile.</summary>
    public required int UserId { get; init; }

    /// <summary>The session that has ended.</summary>
    public required Guid SessionId { get; init; }
}
