namespace Btec.Data.Audit;

/// <summary>The client of a request, as the audit trail keeps it.</summary>
/// <param name="UserAgent">The <c>User-Agent</c> header, cut to 255 characters.</param>
/// <param name="Address">The client's IP address, taken from the trusted proxies.</param>
public record AuditOrigin(string? UserAgent, string? Address);
