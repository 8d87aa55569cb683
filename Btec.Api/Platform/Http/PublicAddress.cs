using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The address that others know the API by; never what a <c>Host</c> header says.</summary>
public static class PublicAddress
{
    public static IServiceCollection AddPublicAddress(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PublicAddressOptions, PublicAddressOptionsValidator>()
            .Configure<IConfiguration>((options, configuration) => options.PublicUrl = configuration[PublicAddressOptions.SettingName]);
        return services;
    }
}

public sealed class PublicAddressOptions
{
    public const string SettingName = "PublicUrl";

    /// <summary>Where the API is reached from outside, as in https://auth.example.com.</summary>
    public string? PublicUrl { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value; }
}

internal sealed class PublicAddressOptionsValidator : IValidateOptions<PublicAddressOptions>
{
    public ValidateOptionsResult Validate(string? name, PublicAddressOptions options) =>
        options.PublicUrl is null || IsUsable(options.PublicUrl)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("PublicUrl is no plain URL, as in https://auth.example.com: no user, query or fragment.");

    /// <summary>Paths are appended to it, and it is told to everyone (RFC 8414 section 2: an issuer has no query and no fragment).</summary>
    private static bool IsUsable(string url) =>
        Uri.IsWellFormedUriString(url, UriKind.Absolute) && !url.Any(char.IsWhiteSpace)
        && new Uri(url) is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };
}
