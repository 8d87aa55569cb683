using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

internal sealed class PublicAddressOptionsValidator : IValidateOptions<PublicAddressOptions>
{
    public ValidateOptionsResult Validate(string? name, PublicAddressOptions options) =>
        options.PublicUrl is null || IsUsable(options.PublicUrl)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "PublicUrl must be an http or https URL without user, query, fragment and doubled slashes, such as "
                + "https://auth.example.com.");

    /// <summary>Returns whether paths can be appended to the URL and it can serve as issuer, which has neither query nor fragment
    /// (RFC 8414 section 2).</summary>
    private static bool IsUsable(string url) =>
        Uri.IsWellFormedUriString(url, UriKind.Absolute) && !url.Any(char.IsWhiteSpace)
        && new Uri(url) is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "", AbsolutePath: var path }
        && !path.Contains("//", StringComparison.Ordinal);
}
