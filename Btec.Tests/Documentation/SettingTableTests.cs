using System.Collections;
using System.Globalization;
using System.Reflection;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.RateLimiting;
using Btec.Data.Model;

namespace Btec.Tests.Documentation;

public sealed class SettingTableTests
{
    private const string File = "docs/configuration.md";
    private const string Section = "SectionName";

    /// <summary>The settings that no options class binds.</summary>
    private static readonly string[] Others =
    [
        "ConnectionStrings:btecdb", "DATABASE_URL", "ConnectionStrings:btecdb-replica", "ConnectionStrings:redis", "ConnectionStrings:rabbitmq", "PublicUrl", "PORT",
        "Server:MaxConnections", "Server:MaxConnectionsPerAddress",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME", "Metrics:Listen", "Sentry:Dsn", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT",
    ];

    /// <summary>The settings whose default depends on the machine or on a policy; the table says so in words.</summary>
    private static readonly string[] InWords = ["Hashing:Workers"];

    private static readonly Assembly[] Assemblies =
        [typeof(AuthError).Assembly, typeof(BtecDbContext).Assembly, Assembly.Load("Btec.MigrationService")];

    [Fact]
    public void The_tables_have_every_setting() =>
        Documents.AssertSame(FindSettings().Select(setting => setting.Name).Concat(Others), ReadRows().Select(row => row.Name));

    [Fact]
    public void Each_row_has_the_default_of_its_setting()
    {
        var defaults = FindSettings().ToDictionary(setting => setting.Name, setting => setting.Default, StringComparer.Ordinal);

        foreach (var (name, documented) in ReadRows().Where(row => !Others.Contains(row.Name, StringComparer.Ordinal)))
        {
            if (name.Contains(":POLICY:", StringComparison.Ordinal))
                Assert.Equal((name, "by policy"), (name, documented));
            else if (!InWords.Contains(name, StringComparer.Ordinal))
                Assert.Equal((name, defaults[name] is { } value ? $"`{value}`" : "none"), (name, documented));
        }
    }

    [Fact]
    public void The_table_of_policies_has_every_policy_with_its_limits()
    {
        var options = new RateLimitingOptions();

        Documents.AssertSame(
            RatePolicy.All.Select(policy => Show(policy.Name, policy.Find(options))),
            Documents.ReadRows("docs/rate-limits.md", "policy", "routes", "per address", "per account")
                .Select(row => $"{Documents.ReadCode(row[0])}: {row[2].Split(',')[0]}, {row[3].Split(',')[0]}"));
    }

    private static List<(string Name, string Default)> ReadRows() =>
        [.. Documents.ReadRows(File, "setting", "default", "meaning").Select(row => (Documents.ReadCode(row[0]), row[1]))];

    /// <summary>Finds the settings of every options class with a section, in the API, its data layer and the worker.</summary>
    private static List<(string Name, string? Default)> FindSettings() =>
    [
        .. (from assembly in Assemblies
            from type in assembly.GetTypes()
            where type.Name.EndsWith("Options", StringComparison.Ordinal)
            let section = type.GetField(Section, BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
            where section is not null
            from setting in FindSettings(section, Activator.CreateInstance(type)!)
            select setting).DistinctBy(setting => setting.Name, StringComparer.Ordinal),
    ];

    private static IEnumerable<(string Name, string? Default)> FindSettings(string section, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(options);
            if (property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal))
            {
                // A policy that names no account has no limit for it.
                if (value is null)
                    continue;

                // The policies have the same settings, which the table lists once.
                var name = value is RatePolicyOptions ? "POLICY" : property.Name;
                foreach (var setting in FindSettings($"{section}:{name}", value))
                    yield return setting;
            }
            else if (property.CanWrite || value is IList)
            {
                yield return ($"{section}:{property.Name}", Show(value));
            }
        }
    }

    private static string? Show(object? value) => value switch
    {
        null or IList => null,
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static string Show(string policy, RatePolicyOptions options) =>
        $"{policy}: {Show(options.PerAddress)}, {Show(options.PerAccount)}";

    private static string Show(QuotaOptions? quota)
    {
        if (quota is null)
            return "none";

        var (count, unit) = quota.Window.TotalHours >= 1 ? (quota.Window.TotalHours, "h") : (quota.Window.TotalMinutes, "min");
        return string.Create(CultureInfo.InvariantCulture, $"{quota.Limit} in {count} {unit}");
    }
}
