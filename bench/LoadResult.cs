namespace Btec.Bench;

/// <summary>The result of a load.</summary>
/// <param name="Count">The number of responses.</param>
/// <param name="PerSecond">The number of responses per second.</param>
/// <param name="P99">The 99th percentile of the response time, in milliseconds.</param>
internal sealed record LoadResult(long Count, double PerSecond, double P99);
