using Btec.Data.Accounts;

namespace Btec.Data.Model;

/// <summary>The members of a user that the user chooses freely. A registration keeps them until its address is
/// confirmed.</summary>
public sealed record UserProfile
{
    public string? FullName { get; init; }

    public static UserProfile Of(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new UserProfile { FullName = user.FullName };
    }

    /// <summary>Returns the profile in the form that is stored.</summary>
    public UserProfile Normalize() => new()
    {
        FullName = ShortText.Normalize(FullName),
    };

    /// <summary>Sets the members of a user, in the form that is stored.</summary>
    /// <returns>The names of the members that changed, as in JSON.</returns>
    public IReadOnlyList<string> ApplyTo(User user)
    {
        var (before, after) = (Of(user), Normalize());
        user.FullName = after.FullName;
        return
        [
            .. before.FullName != after.FullName ? ["full_name"] : Array.Empty<string>(),
        ];
    }
}
