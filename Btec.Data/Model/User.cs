using Btec.Data.Accounts;

namespace Btec.Data.Model;

/// <summary>A person or a service that can log in.</summary>
public sealed class User
{
    /// <summary>The maximum length of an e-mail address, in code points. RFC 5321 section 4.5.3.1.3 allows a path of 256
    /// octets, two of which are its angle brackets (RFC 3696 erratum 1690).</summary>
    public const int EmailMaxLength = 254;

    /// <summary>The maximum length of a full name, in code points (the API contract).</summary>
    public const int FullNameMaxLength = 255;

    /// <summary>The hash of a user who has no password and signs in elsewhere. No password has it, and a wrong one takes as long as
    /// against any other.</summary>
    public const string NoPassword = "!";

    public int Id { get; init; }

    /// <summary>The e-mail address in its canonical form; see <see cref="EmailAddress"/>.</summary>
    public required string Email { get; set; }

    /// <summary>A bcrypt hash in modular crypt format, with its own cost and salt, or <see cref="NoPassword"/>. An imported user has the hash of
    /// the other system until the first login.</summary>
    public required string HashedPassword { get; set; }

    /// <summary>Gets a value indicating whether the user has a password.</summary>
    public bool HasPassword => HashedPassword != NoPassword;

    public string? FullName
    {
        get;
        set
        {
            field = value;
            SearchName = value is null ? null : SearchText.Fold(value);
        }
    }

    public bool IsActive { get; set; } = true;

    public bool IsSuperuser { get; set; }

    /// <summary>The roles, which other services decide by; see <see cref="RoleNames"/>. They open nothing here.</summary>
    public IReadOnlyList<string> Roles { get; set; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which the address was confirmed by a mailed link, or <see langword="null"/>.</summary>
    public DateTimeOffset? EmailVerifiedAt { get; set; }

    /// <summary>The name as the search compares it; see <see cref="SearchText"/>.</summary>
    public string? SearchName { get; private set; }

    /// <summary>Gets or sets a value indicating whether the user has a confirmed authenticator or a passkey. It is kept with them, so
    /// that a login without a second factor needs no further query.</summary>
    public bool HasSecondFactor { get; set; }

    /// <summary>The 32 random characters by which passkeys name the user, or <see langword="null"/> until the first is added. They say
    /// nothing about the user (Web Authentication Level 3, section "User Handle Contents").</summary>
    public byte[]? PasskeyHandle { get; set; }

    /// <summary>The number of times that all sessions were ended at once. Sessions of an earlier epoch have ended.</summary>
    public int SessionEpoch { get; init; }
}
