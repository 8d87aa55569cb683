using System.Reflection;
using System.Text.RegularExpressions;
using Btec.Api.Platform.Telemetry;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Operations;

/// <summary>The metrics of an API as Prometheus reads them, after each of its own instruments was used once.</summary>
public sealed partial class EmittedMetrics : IAsyncLifetime
{
    private BtecApi? _api;

    /// <summary>The labels of each metric.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Labels { get; private set; } =
        new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);

    /// <summary>The address and port from which the metrics are read.</summary>
    public string Address { get; } = $"127.0.0.1:{FreePort.Find()}";

    public bool HasPostgres => _api!.DatabaseKind == DatabaseKind.Postgres;

    public BtecApi Api => _api!;

    public async ValueTask InitializeAsync()
    {
        var kind = await TestDatabase.FindReasonAgainstAsync(DatabaseKind.Postgres) is null ? DatabaseKind.Postgres : DatabaseKind.Sqlite;
        _api = await BtecApi.StartAsync(kind, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Metrics:Listen"] = Address });
        var client = _api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        await client.RefreshAsync(tokens.Refresh);
        foreach (var type in typeof(AuthMetrics).Assembly.GetTypes().Where(IsMetrics))
            UseInstruments(_api.Services.GetService(type) ?? ActivatorUtilities.CreateInstance(_api.Services, type));

        using var prometheus = new HttpClient();
        var text = await prometheus.GetStringAsync(new Uri($"http://{Address}/metrics"), TestContext.Current.CancellationToken);
        Labels = Series().Matches(text)
            .GroupBy(match => match.Groups["name"].Value, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.SelectMany(match => Label().Matches(match.Groups["labels"].Value))
                    .Select(match => match.Groups["label"].Value).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
            await _api.DisposeAsync();
    }

    private static bool IsMetrics(Type type) =>
        type is { IsClass: true, IsAbstract: false } && type.Namespace == typeof(AuthMetrics).Namespace
        && type.Name.EndsWith("Metrics", StringComparison.Ordinal);

    private static void UseInstruments(object metrics)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var method in metrics.GetType().GetMethods(Own).Where(method => !method.IsPrivate && !method.IsSpecialName))
        {
            object[] arguments = [.. method.GetParameters().Select(parameter => parameter.ParameterType == typeof(string)
                ? "test"
                : Activator.CreateInstance(parameter.ParameterType)!)];
            (method.Invoke(metrics, arguments) as IDisposable)?.Dispose();
        }
    }

    [GeneratedRegex(
        @"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[^\n]*)\})? [^\n]+$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Series();

    [GeneratedRegex(@"(^|,)(?<label>[a-zA-Z_][a-zA-Z0-9_]*)=""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
