namespace Btec.Api.Platform.Errors;

/// <summary>The log of refused requests (403, 429 and step-up). A flood of them fills no disk: each kind gets a few lines a minute, and then
/// one line with the number of the others.</summary>
internal sealed partial class RefusalLog(TimeProvider clock, ILogger<RefusalLog> logger) : IDisposable
{
    /// <summary>The number of lines of one kind in a minute: enough to see who is refused and where. An estimate.</summary>
    public const int LinesPerMinute = 20;

    private const string UserIdClaim = "uid";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Window> _windows = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>Logs that a request was refused, unless its kind has had its lines of this minute.</summary>
    public void Report(HttpContext context, AuthError error)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        if (!TakeLine(error.Code))
            return;

        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/');
        LogRefused(
            error.Code,
            context.Request.Method,
            route,
            context.User.FindFirst(UserIdClaim)?.Value,
            context.Connection.RemoteIpAddress?.ToString());
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var window in _windows.Values)
                window.End?.Dispose();

            _windows.Clear();
            _isDisposed = true;
        }
    }

    private bool TakeLine(string code)
    {
        lock (_lock)
        {
            if (_isDisposed)
                return false;

            if (!_windows.TryGetValue(code, out var window))
            {
                window = new Window();
                _windows.Add(code, window);
                // The timer outlives the request, whose context it must not keep.
                using (ExecutionContext.SuppressFlow())
                    window.End = clock.CreateTimer(_ => EndWindow(code), state: null, Minute, Timeout.InfiniteTimeSpan);
            }

            return ++window.Count <= LinesPerMinute;
        }
    }

    private void EndWindow(string code)
    {
        Window? ended;
        lock (_lock)
        {
            if (!_windows.Remove(code, out ended))
                return;
        }

        ended.End?.Dispose();
        if (ended.Count > LinesPerMinute)
            LogSuppressed(ended.Count - LinesPerMinute, code);
    }

    [LoggerMessage(LogLevel.Information, "Refused: {Code}, {Method} {Route}, user {UserId}, address {Address}.")]
    private partial void LogRefused(string code, string method, string? route, string? userId, string? address);

    [LoggerMessage(LogLevel.Information, "Refused {Count} more requests within a minute: {Code}.")]
    private partial void LogSuppressed(int count, string code);

    private sealed class Window
    {
        public int Count { get; set; }

        public ITimer? End { get; set; }
    }
}
