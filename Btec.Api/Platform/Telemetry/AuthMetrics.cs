using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics and traces of authentication. No tag contains personal data.</summary>
internal sealed class AuthMetrics
{
    public const string Name = "Btec.Api";

    internal static readonly ActivitySource Activities = new(Name);

    private readonly Counter<long> _registrations;
    private readonly Counter<long> _logins;
    private readonly Histogram<double> _hashDuration;
    private readonly Histogram<double> _hashWait;
    private readonly UpDownCounter<long> _hashQueue;
    private readonly Counter<long> _hashRejections;
    private readonly TimeProvider _clock;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public AuthMetrics(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create(Name);
        _clock = clock;
        _registrations = meter.CreateCounter<long>(
            "btec.registrations", "{registration}", "Number of registrations, by outcome.");
        _logins = meter.CreateCounter<long>("btec.logins", "{login}", "Number of logins, by outcome.");
        _hashDuration = meter.CreateHistogram(
            "btec.password_hash.duration",
            "s",
            "Duration of password hash computations, by operation.",
            advice: Buckets(0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2, 5));
        _hashWait = meter.CreateHistogram(
            "btec.password_hash.wait",
            "s",
            "Time password hash computations waited for a worker, by operation.",
            advice: Buckets(0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60));
        _hashQueue = meter.CreateUpDownCounter<long>(
            "btec.password_hash.queue.length", "{computation}", "Number of password hash computations waiting for a worker.");
        _hashRejections = meter.CreateCounter<long>(
            "btec.password_hash.rejections", "{computation}", "Number of password hash computations rejected as busy, by reason.");
    }

    /// <param name="outcome"><c>created</c> or an error code.</param>
    public void CountRegistration(string outcome) => _registrations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome"><c>success</c> or an error code.</param>
    public void CountLogin(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="change">+1 when a computation starts to wait, -1 when it stops.</param>
    public void ChangeHashQueue(int change) => _hashQueue.Add(change);

    /// <param name="reason"><c>queue_full</c>, <c>displaced</c>, <c>expected_wait</c> or <c>wait_limit</c>.</param>
    public void CountHashRejection(string reason) => _hashRejections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Starts a measurement of a computation, for the trace and the histogram. It ends when disposed.</summary>
    internal HashMeasurement MeasureHash(string operation, TimeSpan waited)
    {
        _hashWait.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
        var activity = Activities.StartActivity($"password {operation}");
        activity?.SetTag("btec.password_hash.wait", waited.TotalSeconds);
        return new HashMeasurement(_hashDuration, operation, _clock, activity);
    }

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) =>
        new() { HistogramBucketBoundaries = boundaries };

    internal readonly struct HashMeasurement(
        Histogram<double> histogram, string operation, TimeProvider clock, Activity? activity) : IDisposable
    {
        private readonly long _started = clock.GetTimestamp();

        public void Dispose()
        {
            activity?.Dispose();
            histogram.Record(
                clock.GetElapsedTime(_started).TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
        }
    }
}
