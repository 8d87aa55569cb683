using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Users;

/// <summary>An account to create. Without a password the user is mailed a link to set one.</summary>
internal sealed record NewUser(string Email, Secret? Password, UserProfile Profile, bool IsActive, bool IsSuperuser);
