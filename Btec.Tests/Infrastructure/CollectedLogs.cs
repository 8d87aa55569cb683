using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Infrastructure;

/// <summary>A logger that keeps every line of an API, with its scopes, structured values and exception.</summary>
public sealed class CollectedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Collector(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // It holds no resources.
    }

    private sealed class Collector(CollectedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logs._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new StringBuilder($"{logLevel} {category} {formatter(state, exception)} {exception}");
            Append(line, state);
            logs._scopes.ForEachScope((scope, text) => Append(text, scope), line);
            logs._lines.Enqueue(line.ToString());
        }

        private static void Append(StringBuilder line, object? state)
        {
            line.Append(" | ").Append(state);
            if (state is not IEnumerable<KeyValuePair<string, object?>> values)
                return;

            foreach (var (name, value) in values)
                line.Append(' ').Append(name).Append('=').Append(value);
        }
    }
}
