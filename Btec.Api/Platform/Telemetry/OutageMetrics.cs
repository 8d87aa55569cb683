using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of an unavailable database.</summary>
internal sealed class OutageMetrics
{
    private readonly Counter<long> _refusals;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public OutageMetrics(IMeterFactory meters) => _refusals = meters.Create(AuthMetrics.Name).CreateCounter<long>(
        "btec.database.refusals", "{request}", "Number of requests answered 503 because the database was unavailable.");

    public void CountRefusal() => _refusals.Add(1);
}
