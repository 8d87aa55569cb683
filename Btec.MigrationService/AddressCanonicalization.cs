using Btec.Data.Accounts;

namespace Btec.MigrationService;

/// <summary>Brings addresses that an earlier version stored into their canonical form, and logs those that it cannot, by the IDs of
/// their users.</summary>
internal sealed partial class AddressCanonicalization(StoredAddresses addresses, ILogger<AddressCanonicalization> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var report = await addresses.CanonicalizeAsync(cancellationToken);
        if (report.Rewritten > 0)
            LogRewritten(report.Rewritten);

        foreach (var (id, otherId) in report.Taken)
            LogTaken(id, otherId);

        foreach (var id in report.Refused)
            LogRefused(id);
    }

    [LoggerMessage(LogLevel.Information, "Rewrote {Count} e-mail addresses in their canonical form.")]
    private partial void LogRewritten(int count);

    [LoggerMessage(
        LogLevel.Warning,
        "User {UserId} cannot log in: the canonical form of the e-mail address belongs to user {OtherId}. Change or delete one of them.")]
    private partial void LogTaken(int userId, int otherId);

    [LoggerMessage(
        LogLevel.Warning, "User {UserId} cannot log in: the e-mail address is no longer accepted. Give the user another one.")]
    private partial void LogRefused(int userId);
}
