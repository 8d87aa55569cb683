namespace Btec.MigrationService;

/// <summary>The settings under <c>Migrations</c>.</summary>
internal sealed class MigrationOptions
{
    public const string SectionName = "Migrations";

    /// <summary>The time for which the worker waits for a database that is not available yet, at most an hour.</summary>
    public TimeSpan WaitForDatabase { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The time for which the worker waits for another one that is migrating the same database, at most a day.</summary>
    public TimeSpan WaitForOtherWorker { get; set; } = TimeSpan.FromMinutes(10);
}
