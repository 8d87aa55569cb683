using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of sessions. No tag contains personal data.</summary>
internal sealed class SessionMetrics
{
    private readonly Counter<long> _refreshes;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public SessionMetrics(IMeterFactory meters) => _refreshes = meters.Create(AuthMetrics.Name).CreateCounter<long>(
        "btec.refreshes", "{refresh}", "Number of attempts to exchange a refresh token, by outcome.");

    /// <param name="outcome"><c>refreshed</c>, <c>repeated</c> within the grace window, or an error code.</param>
    public void CountRefresh(string outcome) => _refreshes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
