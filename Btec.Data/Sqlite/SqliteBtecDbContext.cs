using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Btec.Data.Sqlite;

/// <summary>The SQLite form of the model, whose migrations belong to this type.</summary>
public sealed class SqliteBtecDbContext(DbContextOptions<SqliteBtecDbContext> options) : BtecDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
    }

    /// <summary>The conversion to ticks of 100 ns since 0001-01-01 UTC: SQLite has no type for a point in time that it can
    /// order.</summary>
    private sealed class UtcTicksConverter()
        : ValueConverter<DateTimeOffset, long>(
            moment => moment.UtcTicks,
            ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
