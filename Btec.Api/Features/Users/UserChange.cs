using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Users;

/// <summary>A change of an account.</summary>
/// <param name="Profile">A function that returns the new profile for the current one.</param>
internal sealed record UserChange(
    Optional<string> Email,
    Optional<Secret> Password,
    Func<UserProfile, UserProfile> Profile,
    Optional<bool> IsActive,
    Optional<bool> IsSuperuser)
{
    /// <summary>Gets a value indicating whether the change takes rights away.</summary>
    public bool IsStepDown => IsActive is { IsGiven: true, Value: false } || IsSuperuser is { IsGiven: true, Value: false };
}
