using Btec.Data.Accounts;

namespace Btec.Data.Model;

/// <summary>A login that waits for its second factor. The <c>mfa_token</c> names it; the row is deleted on use.</summary>
public sealed class PendingLogin
{
    /// <summary>The SHA-256 of the <c>mfa_token</c>.</summary>
    public required byte[] Hash { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    /// <summary>The client that the login began with.</summary>
    public required string ClientId { get; init; }

    /// <summary>The first factor, as <see cref="AuthenticationMethods"/> writes it.</summary>
    public string Amr { get; init; } = AuthenticationMethods.Password;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The number of codes that were tried.</summary>
    public int Attempts { get; set; }
}
