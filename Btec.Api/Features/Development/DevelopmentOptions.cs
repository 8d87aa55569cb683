using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Development;

public sealed class DevelopmentOptions
{
    public const string SectionName = "Development";

    /// <summary>Secret; whoever has it may run the commands. The AppHost makes one for each run.</summary>
    public Secret? CommandKey { get; set; }
}

internal sealed class DevelopmentOptionsValidator : IValidateOptions<DevelopmentOptions>
{
    /// <summary>Characters, as of the other secrets: nobody guesses that many at random.</summary>
    private const int MinKeyLength = 32;

    public ValidateOptionsResult Validate(string? name, DevelopmentOptions options) =>
        options.CommandKey is not { } key || key.Reveal().Length >= MinKeyLength
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Development:CommandKey has {key.Reveal().Length} characters; it takes {MinKeyLength} or more, or is left out.");
}
