using System.Globalization;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

internal sealed class CrossOriginOptionsValidator : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        // The origins have been normalized; see CrossOriginPolicy.
        for (var index = 0; index < options.AllowedOrigins.Count; index++)
        {
            if (WebOrigin.Find(options.AllowedOrigins[index]) is null)
            {
                return ValidateOptionsResult.Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Cors:AllowedOrigins must be origins without a path, such as https://app.example.com; number {index + 1} is not."));
            }
        }

        return ValidateOptionsResult.Success;
    }
}
