using Btec.Data.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Features.OAuth;

/// <summary>A token that is active: issued here, not expired, of a session and a user that are active.</summary>
internal sealed record ActiveToken(
    string TokenType, ActiveSession Session, DateTime IssuedAt, DateTime ExpiresAt, JsonWebToken? AccessToken);
