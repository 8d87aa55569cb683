using System.Diagnostics.CodeAnalysis;

namespace Btec.Api.Platform.Errors;

/// <summary>More work is asked for than this process can do in time: an outage that lasts until the queue is shorter, answered as
/// <see cref="AuthError.Busy"/>. None of the work that it refuses has been done.</summary>
/// <param name="retryAfter">The time in which what waits now will have been done, at the rate of now.</param>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "It always says when to come back.")]
public sealed class BusyException(TimeSpan retryAfter) : Exception("Too much work is waiting.")
{
    public TimeSpan RetryAfter => retryAfter;
}
