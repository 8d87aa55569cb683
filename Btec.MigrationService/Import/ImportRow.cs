using Btec.Data.Accounts;
using Btec.Data.Model;

namespace Btec.MigrationService.Import;

/// <summary>A user of the imported file, in the form that is stored.</summary>
internal sealed class ImportRow
{
    public required long Line { get; init; }

    public required string Email { get; init; }

    /// <summary>The hash of the other system, or <see langword="null"/> if the user has to set a password by mail.</summary>
    public string? PasswordHash { get; init; }

    public UserProfile Profile { get; init; } = new();

    public bool IsActive { get; init; } = true;

    public bool IsSuperuser { get; init; }

    public bool IsEmailVerified { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Returns the user, as imported at a time.</summary>
    public User ToUser(DateTimeOffset now)
    {
        var user = new User
        {
            Email = Email,
            HashedPassword = PasswordHash ?? User.NoPassword,
            IsActive = IsActive,
            IsSuperuser = IsSuperuser,
            Roles = RoleNames.Normalize(Roles),
            CreatedAt = CreatedAt ?? now,
            EmailVerifiedAt = IsEmailVerified ? now : null,
        };
        Profile.ApplyTo(user);
        return user;
    }
}

/// <summary>A line that does not become a user.</summary>
/// <param name="Field">The member that is at fault, or <see langword="null"/> for the whole line.</param>
/// <param name="Reason">A sentence that quotes nothing of the line: it may be a secret in the wrong place.</param>
internal sealed record ImportFault(string? Field, string Reason);
