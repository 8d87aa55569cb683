using Btec.Data.Keys;

namespace Btec.MigrationService;

/// <summary>Encrypts and authenticates rows of a previous <c>Jwt:SigningKey</c> under the current one, and logs their number.</summary>
internal sealed partial class SecretRenewal(StoredSecrets secrets, ILogger<SecretRenewal> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var count = await secrets.RenewAsync(cancellationToken);
        if (count > 0)
            LogRenewed(count);
    }

    [LoggerMessage(LogLevel.Information, "Encrypted or authenticated {Count} rows of a previous Jwt:SigningKey under the current one.")]
    private partial void LogRenewed(int count);
}
