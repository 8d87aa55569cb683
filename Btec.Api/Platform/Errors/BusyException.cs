using System.Diagnostics.CodeAnalysis;

namespace Btec.Api.Platform.Errors;

/// <summary>Reports that the process has more work than it can do in time. It is answered as <see cref="AuthError.Busy"/>.
/// None of the refused work has been started.</summary>
/// <param name="retryAfter">The time that the waiting work takes at the current rate.</param>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Every occurrence has a retry time.")]
internal sealed class BusyException(TimeSpan retryAfter) : Exception("The queue of work is full.")
{
    public TimeSpan RetryAfter => retryAfter;
}
