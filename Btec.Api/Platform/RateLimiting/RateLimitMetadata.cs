namespace Btec.Api.Platform.RateLimiting;

/// <summary>The policy that limits a route by address.</summary>
internal sealed record RateLimitMetadata(RatePolicy Policy);
