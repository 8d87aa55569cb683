using Btec.Api.Platform.Clients;

namespace Btec.Api.Features.Sessions;

/// <summary>A request to exchange a refresh token (RFC 6749 section 6).</summary>
/// <param name="RefreshToken">The token.</param>
/// <param name="Client">The client's credentials in the request. Only the tokens of registered clients require them.</param>
/// <param name="Scope">The scopes of the new access token, or <see langword="null"/> for those that were granted.</param>
/// <param name="Resource">The resource of the new access token (RFC 8707), or <see langword="null"/> for the previous one.</param>
internal sealed record RefreshAttempt(string RefreshToken, ClientCredentials Client, string? Scope, string? Resource);
