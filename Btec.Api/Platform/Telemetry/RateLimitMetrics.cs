using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of rate limiting, which reveal attacks. No tag contains personal data.</summary>
internal sealed class RateLimitMetrics
{
    private readonly Counter<long> _rejections;
    private readonly Counter<long> _heldLogins;
    private readonly Counter<long> _heldCodes;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public RateLimitMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(AuthMetrics.Name);
        _rejections = meter.CreateCounter<long>(
            "btec.rate_limit.rejections",
            "{request}",
            "Number of requests rejected by a rate limit, by policy and by address, site, network or account.");
        _heldLogins = meter.CreateCounter<long>(
            "btec.logins.held", "{login}", "Number of logins refused because of earlier failures, whatever the password.");
        _heldCodes = meter.CreateCounter<long>(
            "btec.second_factor_codes.held",
            "{code}",
            "Number of second-factor codes refused because of earlier wrong ones, whatever the code.");
    }

    public void CountHeldLogin() => _heldLogins.Add(1);

    public void CountHeldCode() => _heldCodes.Add(1);

    /// <param name="policy">The name of the policy, as in the settings.</param>
    /// <param name="by"><c>address</c>, <c>site</c>, <c>network</c> or <c>account</c>.</param>
    public void CountRejection(string policy, string by) => _rejections.Add(
        1, new KeyValuePair<string, object?>("policy", policy), new KeyValuePair<string, object?>("by", by));
}
