using System.Globalization;
using Btec.Data.Audit;

namespace Btec.MigrationService;

/// <summary>Verifies the hash chains of the audit log.</summary>
internal sealed class AuditVerification(AuditVerifier verifier, DatabaseWait wait)
{
    /// <summary>Writes the first fault of each chain and a summary to standard output, and progress to standard error.</summary>
    /// <returns><see langword="true"/> if there is no fault.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var verdict = await wait.RunAsync(() => verifier.VerifyAsync(ReportProgress, cancellationToken), cancellationToken);
        foreach (var fault in verdict.Faults)
            Console.WriteLine(fault);

        Console.WriteLine(verdict.Faults.Count == 0
            ? $"{verdict.Count} audit events are as they were written."
            : $"Faults found: {verdict.Faults.Count}.");
        return verdict.Faults.Count == 0;
    }

    private static void ReportProgress(long count) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} events checked"));
}
