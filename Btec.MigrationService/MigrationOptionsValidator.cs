using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

internal sealed class MigrationOptionsValidator : IValidateOptions<MigrationOptions>
{
    /// <summary>The longest wait. No managed database takes longer to start; after that, a deployment should fail instead of
    /// hang.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The longest wait for another worker: some migrations of large tables take hours, none a day.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, MigrationOptions options)
    {
        if (options.WaitForDatabase < TimeSpan.Zero || options.WaitForDatabase > Longest)
        {
            return ValidateOptionsResult.Fail(
                $"Migrations:WaitForDatabase must be between 0 and {Longest}, but is {options.WaitForDatabase}.");
        }

        return options.WaitForOtherWorker >= TimeSpan.Zero && options.WaitForOtherWorker <= LongestTurn
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Migrations:WaitForOtherWorker must be between 0 and {LongestTurn}, but is {options.WaitForOtherWorker}.");
    }
}
