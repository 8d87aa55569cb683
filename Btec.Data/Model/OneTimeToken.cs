
namespace Btec.Data.Model;

/// <summary>A mailed token that works once. Only its hash is stored; the row is deleted on use.</summary>
public sealed class OneTimeToken
{
    /// <summary>The SHA-256 of the token, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required OneTimeTokenPurpose Purpose { get; init; }

    /// <summary>The owner; <see langword="null"/> for a registration, whose user is created when the address is
    /// confirmed.</summary>
    public int? UserId { get; init; }

    public User? User { get; init; }

    /// <summary>The address to which the token was mailed.</summary>
    public required string Email { get; init; }

    /// <summary>The hash of the password chosen in a registration.</summary>
    public string? HashedPassword { get; init; }

    /// <summary>The profile chosen in a registration.</summary>
    public UserProfile Profile { get; init; } = new();

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>The purpose of a one-time token.</summary>
public enum OneTimeTokenPurpose
{
    /// <summary>Confirmation of a user's address.</summary>
    VerifyEmail,

    /// <summary>Confirmation of a user's new address, which replaces the old one.</summary>
    ChangeEmail,

    /// <summary>A password reset, which anybody can request.</summary>
    ResetPassword,

    /// <summary>Confirmation of a registration, which creates the user.</summary>
    Register,

    /// <summary>The first password of an invited user.</summary>
    Invitation,

    /// <summary>Proof of the mailbox, to link an external login.</summary>
    LinkIdentity,
}
