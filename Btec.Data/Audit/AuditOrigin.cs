namespace Btec.Data.Audit;

/// <summary>Where a request came from, as far as it is kept.</summary>
/// <param name="UserAgent">As the client calls itself, at most 255 characters.</param>
/// <param name="Address">The client's address, behind the trusted proxies.</param>
public record AuditOrigin(string? UserAgent, string? Address);
