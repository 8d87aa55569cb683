using Btec.Data.Model;

namespace Btec.Api.Features.Webhooks;

/// <summary>The rules for the URL of a webhook.</summary>
internal sealed class WebhookUrl(IHostEnvironment environment)
{
    /// <summary>The port of https.</summary>
    private const int HttpsPort = 443;

    /// <summary>Returns what is wrong with a URL, or <see langword="null"/>. In Development it may be of http and have any port.</summary>
    public string? FindFault(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Length > Webhook.UrlMaxLength)
            return FormattableString.Invariant($"Use at most {Webhook.UrlMaxLength} characters.");

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.HostNameType == UriHostNameType.Unknown
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || !IsPlain(url))
            return "Must be an absolute https URL, without spaces.";

        if (uri.UserInfo.Length > 0)
            return "Must not contain a user name or a password.";

        if (uri.Fragment.Length > 0)
            return "Must not have a fragment.";

        if (environment.IsDevelopment())
            return null;

        return uri.Scheme != Uri.UriSchemeHttps ? "Use https." : uri.Port != HttpsPort ? "Use port 443." : null;
    }

    private static bool IsPlain(string url) => url.All(character => character is > ' ' and <= '~' and not '\\');
}
