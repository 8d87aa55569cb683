using Btec.Data.Keys;

namespace Btec.Api.Features.Users;

/// <summary>An account to create. Without a password the user is mailed a link to set one.</summary>
internal sealed record NewUser(string Email, Secret? Password, string? FullName, bool IsActive, bool IsSuperuser);
