using System.Collections.Frozen;
using System.Diagnostics;
using Btec.Data.Passwords;

namespace Btec.Api.Platform.Passwords;

/// <summary>Hashes that no password has. Verifying them makes a refusal take as long as one at the configured cost
/// (docs/decisions/0004).</summary>
internal static class DummyHash
{
    private const string Password = "a password that nobody has";

    /// <summary>The difference between the configured cost and that of the measurement in <see cref="Complete(TimeSpan, int)"/>: a sixteenth
    /// of the work.</summary>
    private const int MeasuredBelow = 4;

    private static readonly FrozenDictionary<int, string> Hashes = Enumerable
        .Range(BcryptHash.MinWorkFactor, BcryptHash.MaxWorkFactor - BcryptHash.MinWorkFactor + 1)
        .ToFrozenDictionary(workFactor => workFactor, BcryptHash.CreateDummyHash);

    /// <summary>Does the work of one verification.</summary>
    public static void Verify(int workFactor) => BcryptHash.Verify(Password, Hashes[workFactor]);

    /// <summary>Completes the work of a verification at a lower cost to that of the configured one. Each step of the cost doubles the
    /// work, so these hashes together are what is missing.</summary>
    public static void Complete(int workFactor, int configured)
    {
        for (; workFactor < configured; workFactor++)
            Verify(workFactor);
    }

    /// <summary>Completes the work of another function to that of the configured cost, to about two milliseconds. The unit is measured now,
    /// because the same load slows both.</summary>
    /// <param name="taken">The time that the work has taken so far.</param>
    /// <param name="configured">The configured cost.</param>
    public static void Complete(TimeSpan taken, int configured)
    {
        var measured = Math.Max(configured - MeasuredBelow, BcryptHash.MinWorkFactor);
        var started = Stopwatch.GetTimestamp();
        Verify(measured);
        var unit = Stopwatch.GetElapsedTime(started);
        var missing = TimeOf(configured) - taken - unit;
        for (var workFactor = configured - 1; workFactor >= BcryptHash.MinWorkFactor; workFactor--)
        {
            if (TimeOf(workFactor) > missing)
                continue;

            Verify(workFactor);
            missing -= TimeOf(workFactor);
        }

        TimeSpan TimeOf(int workFactor) => unit * Math.Pow(2, workFactor - measured);
    }
}
