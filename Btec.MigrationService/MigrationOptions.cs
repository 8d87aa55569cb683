using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

internal sealed class MigrationOptions
{
    public const string SectionName = "Migrations";

    /// <summary>How long the worker waits for a database that does not answer yet.</summary>
    public TimeSpan WaitForDatabase { get; set; } = TimeSpan.FromMinutes(1);
}

internal sealed class MigrationOptionsValidator : IValidateOptions<MigrationOptions>
{
    /// <summary>Longer than a managed database takes to start; past it a deployment should fail, not hang.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, MigrationOptions options) =>
        options.WaitForDatabase >= TimeSpan.Zero && options.WaitForDatabase <= Longest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Migrations:WaitForDatabase is {options.WaitForDatabase}; it goes from 0 to {Longest}.");
}
