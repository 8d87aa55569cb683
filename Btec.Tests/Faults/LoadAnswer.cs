using System.Diagnostics;
using System.Text.Json;

namespace Btec.Tests.Faults;

/// <summary>One request of the load, and what came of it.</summary>
/// <param name="Step">What was asked.</param>
/// <param name="Server">Which API.</param>
/// <param name="SentAt">When, as <see cref="Stopwatch.GetTimestamp"/> says.</param>
/// <param name="Latency">Until the answer was read, or it was clear that there is none.</param>
/// <param name="Status">0 if there is no answer.</param>
/// <param name="Body">The answer's JSON, if it has some.</param>
/// <param name="RetryAfter">When it says that to come back.</param>
/// <param name="Failure">Why there is no answer.</param>
internal sealed record LoadAnswer(
    string Step, HttpClient Server, long SentAt, TimeSpan Latency, int Status, JsonElement? Body, TimeSpan? RetryAfter, Exception? Failure)
{
    public string? Code =>
        Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>An answer that invites to try again later, in the form of the contract.</summary>
    public bool IsOutage => Status == 503 && Code is "unavailable" && RetryAfter > TimeSpan.Zero;

    /// <summary>No answer, or one of a fault: whether anything was done is open.</summary>
    public bool IsOpen => Status is 0 or >= 500;

    public override string ToString() =>
        $"{Step} {Server.BaseAddress!.Port}: {Status} {Code} in {Latency.TotalSeconds:0.000} s, Retry-After {RetryAfter} {Failure?.GetBaseException().Message}";
}
