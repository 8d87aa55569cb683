using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Btec.Client;

/// <summary>The meter and the source of activities, both named <see cref="Name"/>.</summary>
internal static class BtecTelemetry
{
    public const string Name = "Btec.Client";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter s_meter = new(Name);

    private static readonly Counter<long> s_tokens = s_meter.CreateCounter<long>(
        "btec.client.tokens", "{token}", "Access tokens by result: accepted, rejected, revoked, or unknown if introspection failed.");

    public static void Count(string result) => s_tokens.Add(1, new KeyValuePair<string, object?>("result", result));
}
