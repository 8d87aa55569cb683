namespace Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;

/// <summary>The settings of Aspire's client package that <c>AddNpgsqlDbContext</c> reads.</summary>
public sealed class NpgsqlEntityFrameworkCorePostgreSQLSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableRetry { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public bool DisableMetrics { get; set; }

    /// <summary>Seconds that a command may take.</summary>
    public int? CommandTimeout { get; set; }
}
