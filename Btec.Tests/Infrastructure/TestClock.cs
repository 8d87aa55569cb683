using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Infrastructure;

/// <summary>A clock that only the test moves. However far it moves at once, a periodic timer fires once, as after the suspension of a
/// machine. The base class fires it for every period in between, all at the new time: millions of times for a year.</summary>
public sealed class TestClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>Initializes a clock that starts at the real time.</summary>
    public TestClock()
        : this(TimeProvider.System.GetUtcNow())
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => period > TimeSpan.Zero
        ? new RegularTimer(this, () => callback(state), dueTime, period)
        : base.CreateTimer(callback, state, dueTime, period);

    private ITimer CreateSingleTimer(Action callback, TimeSpan dueTime) =>
        base.CreateTimer(_ => callback(), state: null, dueTime, Timeout.InfiniteTimeSpan);

    /// <summary>A timer that is set anew each time it fires, to the next of its regular times that is still to come.</summary>
    private sealed class RegularTimer : ITimer
    {
        private readonly TestClock _clock;
        private readonly Action _callback;
        private readonly ITimer _timer;
        private TimeSpan _period;
        private long _set;
        private TimeSpan _dueTime;

        public RegularTimer(TestClock clock, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            (_clock, _callback) = (clock, callback);
            _timer = clock.CreateSingleTimer(Fire, Timeout.InfiniteTimeSpan);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            (_set, _dueTime, _period) = (_clock.GetTimestamp(), dueTime, period);
            return _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private void Fire()
        {
            if (_period > TimeSpan.Zero)
            {
                var late = Math.Max(0, (_clock.GetElapsedTime(_set) - _dueTime).Ticks);
                Change(_period - TimeSpan.FromTicks(late % _period.Ticks), _period);
            }

            _callback();
        }
    }
}
