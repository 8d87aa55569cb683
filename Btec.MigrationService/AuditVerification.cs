using Btec.Data.Audit;

namespace Btec.MigrationService;

/// <summary>Checks every audit event, and tells of the first in each chain that is not as it was written.</summary>
internal sealed class AuditVerification(AuditVerifier verifier, DatabaseWait wait)
{
    /// <summary>Writes the verdict, and the progress beside it.</summary>
    /// <returns>Whether all are as they were written.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var verdict = await wait.RunAsync(() => verifier.VerifyAsync(ReportProgress, cancellationToken), cancellationToken);
        foreach (var fault in verdict.Faults)
            Console.WriteLine(fault);

        Console.WriteLine(
            verdict.Faults.Count == 0 ? $"{verdict.Count} audit events are as they were written." : $"{verdict.Faults.Count} faults.");
        return verdict.Faults.Count == 0;
    }

    private static void ReportProgress(long count) => Console.Error.WriteLine($"{count} events checked");
}
