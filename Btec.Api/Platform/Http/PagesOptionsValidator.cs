using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>Checks the settings under <c>Pages</c> when the process starts.</summary>
internal sealed class PagesOptionsValidator : IValidateOptions<PagesOptions>
{
    /// <summary>The maximum length of the name of the site, in code points. An estimate: it is a heading.</summary>
    public const int MaxNameLength = 60;

    /// <summary>The maximum length of the URL of the logo, in characters: that of a URL which every browser opens. An estimate.</summary>
    private const int MaxUrlLength = 2_000;

    public ValidateOptionsResult Validate(string? name, PagesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = FindFaults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FindFaults(PagesOptions options)
    {
        if (ShortText.FindFault(options.SiteName, MaxNameLength) is { } fault)
            yield return $"Pages:SiteName is not usable. {fault}";

        if (options.LogoUrl is { } logo && !IsLogo(logo))
            yield return "Pages:LogoUrl must be a path such as /logo.svg, or an https URL without user and fragment.";

        if (options.Accent is { } accent && !IsColor(accent))
            yield return "Pages:Accent must be a color such as #1d4ed8.";
    }

    /// <summary>Returns whether a text is a path of this host or an https URL, and can neither be read as another host (<c>//</c>, or
    /// <c>\</c>, which browsers read as <c>/</c>) nor end the directive of a Content-Security-Policy.</summary>
    private static bool IsLogo(string url) =>
        url.Length <= MaxUrlLength
        && url.All(character => character is > ' ' and <= '~' and not ('\\' or ';' or ',' or '"' or '\'' or '<' or '>' or '#'))
        && (url.StartsWith('/')
            ? !url.StartsWith("//", StringComparison.Ordinal)
            : Uri.TryCreate(url, UriKind.Absolute, out var absolute)
                && absolute is { Scheme: "https", UserInfo: "" } && absolute.Host.Length > 0);

    private static bool IsColor(string text) => text.Length == 7 && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit);
}
