using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Checks the settings under <c>StepUp</c> when the process starts.</summary>
internal sealed class StepUpOptionsValidator : IValidateOptions<StepUpOptions>
{
    public ValidateOptionsResult Validate(string? name, StepUpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.MaxAge >= TimeSpan.FromSeconds(1) && options.MaxAge <= TimeSpan.FromDays(1)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("StepUp:MaxAge must be from one second to one day.");
    }
}
