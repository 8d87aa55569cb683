namespace Btec.Data.Model;

/// <summary>A link that was mailed, known by the hash of its token alone. It works once: used, it is deleted.</summary>
public sealed class OneTimeToken
{
    /// <summary>SHA-256 of the token, in 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required OneTimeTokenPurpose Purpose { get; init; }

    /// <summary>Whose it is; <see langword="null"/> for a registration, whose user is made when its address is confirmed.</summary>
    public int? UserId { get; init; }

    public User? User { get; init; }

    /// <summary>The address that it was mailed to.</summary>
    public required string Email { get; init; }

    /// <summary>Of a registration: the hash of the password chosen.</summary>
    public string? HashedPassword { get; init; }

    /// <summary>Of a registration: the name chosen.</summary>
    public string? FullName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>What a mailed link is for.</summary>
public enum OneTimeTokenPurpose
{
    /// <summary>Confirms the address of a user.</summary>
    VerifyEmail,

    /// <summary>Confirms the new address of a user, who then has it.</summary>
    ChangeEmail,

    /// <summary>Sets a new password; also the first one of a user who was invited.</summary>
    ResetPassword,

    /// <summary>Confirms a registration, and makes its user.</summary>
    Register,
}
