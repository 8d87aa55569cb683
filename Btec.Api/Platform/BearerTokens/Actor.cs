namespace Btec.Api.Platform.BearerTokens;

/// <summary>The user who makes a change, and the session of the request.</summary>
internal sealed record Actor(int UserId, Guid SessionId);
