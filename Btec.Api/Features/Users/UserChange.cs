using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Users;

/// <summary>A change of an account.</summary>
internal sealed record UserChange(
    Optional<string> Email, Optional<Secret> Password, Optional<string?> FullName, Optional<bool> IsActive, Optional<bool> IsSuperuser);
