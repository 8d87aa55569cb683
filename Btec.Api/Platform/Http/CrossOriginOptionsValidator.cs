using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

internal sealed class CrossOriginOptionsValidator : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        var stray = options.AllowedOrigins.FirstOrDefault(origin => !IsOrigin(origin));
        return stray is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Cors:AllowedOrigins must be origins without a path, such as https://app.example.com, but contains {stray}.");
    }

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase)
        && uri.UserInfo.Length == 0;
}
