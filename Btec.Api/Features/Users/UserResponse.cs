using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Users;

/// <summary>A user.</summary>
[JsonExample("""
    {
        "id": 1, "email": "ada@example.com", "full_name": "Ada Lovelace", "is_active": true, "is_superuser": false,
        "roles": ["editor"], "email_verified": true, "created_at": "2026-01-31T09:30:00.000000Z"
    }
    """)]
public sealed record UserResponse
{
    /// <summary>The user's id. It is never reused.</summary>
    public required int Id { get; init; }

    /// <summary>The e-mail address, in its canonical form.</summary>
    public required string Email { get; init; }

    /// <summary>The full name, or null.</summary>
    public required string? FullName { get; init; }

    /// <summary>True if the user may log in.</summary>
    public required bool IsActive { get; init; }

    /// <summary>True if the user may administer others.</summary>
    public required bool IsSuperuser { get; init; }

    /// <summary>The roles, which access tokens carry for other services.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>True if the e-mail address was confirmed by a mailed link.</summary>
    public required bool EmailVerified { get; init; }

    /// <summary>The time at which the account was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public static UserResponse From(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new UserResponse
        {
            Id = user.Id,
            Email = user.Email,
            FullName = user.FullName,
            IsActive = user.IsActive,
            IsSuperuser = user.IsSuperuser,
            Roles = user.Roles,
            EmailVerified = user.EmailVerifiedAt is not null,
            CreatedAt = user.CreatedAt,
        };
    }
}
