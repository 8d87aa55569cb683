using Btec.Data.Model;

namespace Btec.Api.Features.Users;

/// <summary>A user, as the API shows it.</summary>
public sealed record UserResponse
{
    /// <summary>The user's id; it is never given to another user.</summary>
    public required int Id { get; init; }

    /// <summary>The e-mail address, in lower case.</summary>
    public required string Email { get; init; }

    /// <summary>The name, or null.</summary>
    public required string? FullName { get; init; }

    /// <summary>Whether the user may log in.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Whether the user may administer others.</summary>
    public required bool IsSuperuser { get; init; }

    /// <summary>Whether the e-mail address was confirmed by a mailed link.</summary>
    public required bool EmailVerified { get; init; }

    /// <summary>When the account was made.</summary>
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
            EmailVerified = user.EmailVerifiedAt is not null,
            CreatedAt = user.CreatedAt,
        };
    }
}
