using System.Diagnostics;
using System.Text.Json;

namespace Btec.Tests.Faults;

/// <summary>One request of the load and its response.</summary>
/// <param name="Step">The name of the step.</param>
/// <param name="Server">The client of the API that was called.</param>
/// <param name="SentAt">The time of sending, as a <see cref="Stopwatch"/> timestamp.</param>
/// <param name="Latency">The time until the response was read, or the request failed.</param>
/// <param name="Status">The status code; 0 if there was no response.</param>
/// <param name="Body">The JSON of the response, if any.</param>
/// <param name="RetryAfter">The value of Retry-After, if any.</param>
/// <param name="Failure">The reason why there was no response.</param>
internal sealed record LoadAnswer(
    string Step, HttpClient Server, long SentAt, TimeSpan Latency, int Status, JsonElement? Body, TimeSpan? RetryAfter, Exception? Failure)
{
    public string? Code =>
        Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>A response of the form that the contract requires during an outage: 503, <c>unavailable</c> and
    /// Retry-After.</summary>
    public bool IsOutage => Status == 503 && Code is "unavailable" && RetryAfter > TimeSpan.Zero;

    /// <summary>No response, or a server error: the request may or may not have taken effect.</summary>
    public bool IsInconclusive => Status is 0 or >= 500;

    public override string ToString() =>
        $"{Step} {Server.BaseAddress!.Port}: {Status} {Code} in {Latency.TotalSeconds:0.000} s, Retry-After {RetryAfter} "
        + Failure?.GetBaseException().Message;
}
