namespace Btec.Api.Platform.Http;

/// <summary>The settings under <c>Pages</c>.</summary>
internal sealed class PagesOptions
{
    public const string SectionName = "Pages";

    /// <summary><see langword="false"/> serves no pages; then the client of the pages is unknown too.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary><see langword="false"/> leaves out the pages of administrators.</summary>
    public bool AdminEnabled { get; set; } = true;

    /// <summary>The name of the site in titles and headings, at most <see cref="PagesOptionsValidator.MaxNameLength"/> characters, or
    /// <see langword="null"/> for the name of the product.</summary>
    public string? SiteName { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    /// <summary>The path or the https URL of a logo.</summary>
    public string? LogoUrl { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    /// <summary>The color of buttons and links, as <c>#rrggbb</c>.</summary>
    public string? Accent { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }
}
