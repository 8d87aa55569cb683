namespace Btec.Api.Features.Pages;

/// <summary>A style, a script or an image of the pages.</summary>
/// <param name="Name">Its name in the folder, such as <c>js/form.js</c>.</param>
/// <param name="PublishedName">Its name in URLs, which contains the hash of its content, such as
/// <c>js/form.0123456789abcdef.js</c>.</param>
/// <param name="Imports">The names of the modules that it imports, directly or not.</param>
internal sealed record PageAsset(string Name, string PublishedName, string ContentType, PageBody Body, IReadOnlyList<string> Imports);
