using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>What the operators of an authentication service watch. No tag holds an address or anything else of a person.</summary>
public sealed class AuthMetrics
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
        _registrations = meter.CreateCounter<long>("btec.registrations", "{registration}", "Registrations, by outcome.");
        _logins = meter.CreateCounter<long>("btec.logins", "{login}", "Logins, by outcome.");
        _hashDuration = meter.CreateHistogram(
            "btec.password_hash.duration",
            "s",
            "Time that one bcrypt computation took, by operation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2, 5] });
        _hashWait = meter.CreateHistogram(
            "btec.password_hash.wait",
            "s",
            "Time that a bcrypt computation waited for a worker, by operation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60] });
        _hashQueue = meter.CreateUpDownCounter<long>(
            "btec.password_hash.queue.length", "{computation}", "bcrypt computations that wait for a worker.");
        _hashRejections = meter.CreateCounter<long>(
            "btec.password_hash.rejections", "{computation}", "bcrypt computations that were refused, by reason.");
    }

    /// <param name="outcome"><c>created</c> or the code of the error.</param>
    public void CountRegistration(string outcome) => _registrations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome"><c>success</c> or the code of the error.</param>
    public void CountLogin(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="change">1 when one more waits, -1 when one fewer does.</param>
    public void ChangeHashQueue(int change) => _hashQueue.Add(change);

    /// <param name="reason"><c>queue_full</c>, <c>expected_wait</c> or <c>wait_limit</c>.</param>
    public void CountHashRejection(string reason) => _hashRejections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Measures, in a span and in the histogram, until it is disposed.</summary>
    internal HashMeasurement MeasureHash(string operation, TimeSpan waited)
    {
        _hashWait.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
        var activity = Activities.StartActivity($"password {operation}");
        activity?.SetTag("btec.password_hash.wait", waited.TotalSeconds);
        return new HashMeasurement(_hashDuration, operation, _clock, activity);
    }

    internal readonly struct HashMeasurement(Histogram<double> histogram, string operation, TimeProvider clock, Activity? activity)
        : IDisposable
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
