using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Development;

/// <summary>The settings of the dashboard commands.</summary>
public sealed class DevelopmentOptions
{
    public const string SectionName = "Development";

    /// <summary>The secret key that allows its holder to run the commands. The AppHost creates one for each run.</summary>
    public Secret? CommandKey { get; set; }
}

internal sealed class DevelopmentOptionsValidator : IValidateOptions<DevelopmentOptions>
{
    /// <summary>The shortest key, in characters. The signing secret has the same bound in bytes (docs/contract.md).</summary>
    private const int MinKeyLength = 32;

    public ValidateOptionsResult Validate(string? name, DevelopmentOptions options) =>
        options.CommandKey is not { } key || key.Reveal().Length >= MinKeyLength
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Development:CommandKey must be unset or have at least {MinKeyLength} characters, "
                + $"but has {key.Reveal().Length}.");
}
