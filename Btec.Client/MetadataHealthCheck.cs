using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.Client;

/// <summary>Healthy while issuer and keys are known.</summary>
internal sealed class MetadataHealthCheck(BtecService service) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await service.Configuration.GetConfigurationAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (InvalidOperationException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"The metadata of {service.Address} cannot be read.", exception);
        }
    }
}
