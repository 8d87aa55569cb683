using Btec.Api.Platform.BearerTokens;
using Btec.Data.Model;

namespace Btec.Api.Features.Sessions;

/// <summary>A session that was started for a client.</summary>
/// <param name="Session">The session.</param>
/// <param name="RefreshToken">Its refresh token, or <see langword="null"/> if it ends with its first access token.</param>
internal sealed record ClientSession(Session Session, IssuedRefreshToken? RefreshToken);
