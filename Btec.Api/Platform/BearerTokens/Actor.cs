namespace Btec.Api.Platform.BearerTokens;

/// <summary>Who changes something: a user, in one of their sessions.</summary>
internal sealed record Actor(int UserId, Guid SessionId);
