namespace Btec.Api.Features.Pages;

/// <summary>The choice of a language by the <c>Accept-Language</c> header (RFC 9110 section 12.5.4).</summary>
internal static class PageLanguage
{
    /// <summary>Returns the first of the languages that the reader likes best, or else the first of them all.</summary>
    public static string Choose(HttpRequest request, IReadOnlyList<string> languages)
    {
        ArgumentNullException.ThrowIfNull(request);
        var wanted = request.GetTypedHeaders().AcceptLanguage
            .Where(range => range.Quality is not 0)
            .OrderByDescending(range => range.Quality ?? 1);
        return wanted.Select(range => Find(range.Value.Value, languages)).OfType<string>().FirstOrDefault() ?? languages[0];
    }

    /// <summary>Returns the language of a range such as <c>de-AT</c>: the one of its first subtag.</summary>
    private static string? Find(string? range, IReadOnlyList<string> languages) => range is null
        ? null
        : languages.FirstOrDefault(language => language.Equals(range.Split('-')[0], StringComparison.OrdinalIgnoreCase));
}
