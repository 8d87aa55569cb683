namespace Btec.Api.Features.Authorize;

/// <summary>The user whom an id token names.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ClientId">The client that the token was issued to.</param>
internal sealed record HintedUser(int UserId, string ClientId);
