using System.Text.Encodings.Web;
using Btec.Api.Features.Passkeys;
using Btec.Api.Features.Registration;
using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Pages;

/// <summary>The settings that the pages show or depend on.</summary>
internal sealed class PageSettings(IOptions<PagesOptions> pages, IOptions<RegistrationOptions> registration, RelyingParty passkeys)
{
    /// <summary>The name of the site where <c>Pages:SiteName</c> is not set.</summary>
    private const string DefaultName = "BTEC";

    public string SiteName => pages.Value.SiteName ?? DefaultName;

    /// <summary>Gets the values of placeholders.</summary>
    public IReadOnlyDictionary<string, string> Values { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["site"] = pages.Value.SiteName ?? DefaultName,
        ["registration"] = registration.Value.Mode,
        ["passkeys"] = passkeys.IsConfigured ? "on" : "off",
        ["admin"] = pages.Value.AdminEnabled ? "on" : "off",
    };

    /// <summary>The mark in front of the name, in the accent color.</summary>
    private const string Mark =
        "<svg class=\"mark\" viewBox=\"0 0 32 32\" aria-hidden=\"true\"><rect width=\"32\" height=\"32\" rx=\"9\"/>"
        + "<path d=\"M16 8a5 5 0 0 0-2.2 9.5L12.6 24h6.8l-1.2-6.5A5 5 0 0 0 16 8Z\"/></svg>";

    /// <summary>Gets the HTML of the logo, or of the name of the site without one.</summary>
    public string Brand => pages.Value.LogoUrl is { } logo
        ? $"<img class=\"logo\" src=\"{HtmlEncoder.Default.Encode(logo)}\" alt=\"{{{{site}}}}\">"
        : $"{Mark}<span>{{{{site}}}}</span>";
}
