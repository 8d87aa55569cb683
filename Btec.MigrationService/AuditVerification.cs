using System.Globalization;
using Btec.Data.Audit;

namespace Btec.MigrationService;

/// <summary>Verifies the hash chains of the audit log, or authenticates their ends.</summary>
internal sealed class AuditVerification(AuditVerifier verifier, AuditAuthentication authentication, DatabaseWait wait)
{
    /// <summary>Writes the first fault of each chain and a summary to standard output, and progress to standard error.</summary>
    /// <returns><see langword="true"/> if there is no fault.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<AuditHead> noted, CancellationToken cancellationToken)
    {
        var verdict = await wait.RunAsync(() => verifier.VerifyAsync(noted, ReportProgress, cancellationToken), cancellationToken);
        if (!HasNone(verdict.Faults))
            return false;

        Console.WriteLine($"{verdict.Count} audit events are as they were written.");
        if (verdict.Heads.Length > 0)
            Console.WriteLine($"Heads: {verdict.Heads}");

        return true;
    }

    /// <summary>Authenticates the ends of the chains under the current secret, unless an event is not as it was written.</summary>
    /// <returns><see langword="true"/> if there is no fault.</returns>
    public async Task<bool> AuthenticateAsync(IReadOnlyList<AuditHead> noted, CancellationToken cancellationToken)
    {
        var (faults, chains) = await wait.RunAsync(
            () => authentication.RunAsync(noted, ReportProgress, cancellationToken), cancellationToken);
        if (!HasNone(faults))
            return false;

        Console.WriteLine(chains == 0
            ? "The ends of all audit chains were authentic already."
            : $"The ends of {chains} audit chains are now authenticated under this Jwt:SigningKey.");
        return true;
    }

    private static bool HasNone(IReadOnlyList<string> faults)
    {
        foreach (var fault in faults)
            Console.WriteLine(fault);

        if (faults.Count > 0)
            Console.WriteLine($"Faults found: {faults.Count}.");

        return faults.Count == 0;
    }

    private static void ReportProgress(long count) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} events checked"));
}
