using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

internal sealed class MigrationOptionsValidator : IValidateOptions<MigrationOptions>
{
    /// <summary>The longest wait. No managed database takes longer to start; after that, a deployment should fail instead of
    /// hang.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, MigrationOptions options) =>
        options.WaitForDatabase >= TimeSpan.Zero && options.WaitForDatabase <= Longest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Migrations:WaitForDatabase must be between 0 and {Longest}, but is {options.WaitForDatabase}.");
}
