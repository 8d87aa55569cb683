using System.Diagnostics;

namespace Btec.Data.Telemetry;

/// <summary>The test by which a statement of a health check or a background job gets no span: it belongs to no recorded trace, and
/// would be one of its own. Under Aspire every span is sampled, whatever its parent is.</summary>
internal static class RecordedTrace
{
    /// <summary>Returns whether the first span of this process above the given one is recorded.</summary>
    public static bool Contains(Activity? span)
    {
        while (span?.Parent is { } parent)
            span = parent;

        return span?.Recorded == true;
    }
}
