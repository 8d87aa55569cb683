namespace Btec.Api.Platform.RateLimiting;

/// <summary>The policy that limits a route by address.</summary>
/// <param name="WhenExhausted">The answer beyond the limit, or <see langword="null"/> for 429.</param>
internal sealed record RateLimitMetadata(RatePolicy Policy, IResult? WhenExhausted = null);
