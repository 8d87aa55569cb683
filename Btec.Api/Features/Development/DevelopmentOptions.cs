using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Development;

/// <summary>The settings of the dashboard's commands.</summary>
internal sealed class DevelopmentOptions
{
    public const string SectionName = "Development";

    /// <summary>The key that allows a caller to run the commands. The AppHost creates one for each run.</summary>
    public Secret? CommandKey { get; set; }
}

internal sealed class DevelopmentOptionsValidator : IValidateOptions<DevelopmentOptions>
{
    /// <summary>The shortest key, in characters: as many as the signing secret has bytes.</summary>
    private const int MinKeyLength = 32;

    public ValidateOptionsResult Validate(string? name, DevelopmentOptions options) =>
        options.CommandKey is not { } key || key.Reveal().Length >= MinKeyLength
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Development:CommandKey must have at least {MinKeyLength} characters, or be left out, but has "
                + $"{key.Reveal().Length}.");
}
