using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of the audit log. No tag contains personal data.</summary>
internal sealed class AuditMetrics
{
    private readonly Gauge<int> _faultyChains;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public AuditMetrics(IMeterFactory meters) => _faultyChains = meters.Create(AuthMetrics.Name).CreateGauge<int>(
        "btec.audit.faulty_chains", "{chain}", "Number of audit chains whose end is not authentic, as of the last hourly check.");

    public void SetFaultyChains(int count) => _faultyChains.Record(count);
}
