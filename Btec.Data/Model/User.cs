namespace Btec.Data.Model;

/// <summary>A person or a service that can log in.</summary>
public sealed class User
{
    /// <summary>Code points of an e-mail address: RFC 5321 section 4.5.3.1.3 allows a path of 256 octets, two of
    /// which are its angle brackets (RFC 3696 erratum 1690).</summary>
    public const int EmailMaxLength = 254;

    /// <summary>Code points of a full name, as the original backend's column has them.</summary>
    public const int FullNameMaxLength = 255;

    public int Id { get; init; }

    /// <summary>Trimmed and in lower case, see <see cref="Accounts.EmailAddress"/>.</summary>
    public required string Email { get; set; }

    /// <summary>A bcrypt hash in modular crypt format, with its own cost and salt.</summary>
    public required string HashedPassword { get; set; }

    public string? FullName
    {
        get;
        set
        {
            field = value;
            SearchName = value?.ToLowerInvariant();
        }
    }

    public bool IsActive { get; set; } = true;

    public bool IsSuperuser { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the address was confirmed by a mailed link; <see langword="null"/> while it was not.</summary>
    public DateTimeOffset? EmailVerifiedAt { get; set; }

    /// <summary>The name as it is searched: in lower case (invariant).</summary>
    public string? SearchName { get; private set; }
}
