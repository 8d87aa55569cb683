using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The OpenAPI document as clients get it. Building it takes 60 ms of processor time, so it is built once.</summary>
/// <param name="provider">The builder of the document.</param>
internal sealed class PublishedDocument(IOpenApiDocumentProvider provider)
{
    /// <summary>The number of paths for which the document is kept. A proxy publishes the API under one, and during a move under
    /// two.</summary>
    public const int MaxPaths = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DocumentBytes> _moved = new(StringComparer.Ordinal);
    private Task<DocumentBytes>? _document;

    /// <summary>Returns the document, which is without the path if it has been asked for under too many others.</summary>
    /// <param name="path">The path under which a proxy publishes the API, or an empty path.</param>
    public async Task<DocumentBytes> GetAsync(PathString path)
    {
        var document = await BuildOnceAsync();
        if (!path.HasValue)
            return document;

        lock (_lock)
        {
            if (!_moved.TryGetValue(path.Value, out var moved))
            {
                if (_moved.Count >= MaxPaths)
                    return document;

                moved = Move(document, path);
                _moved.Add(path.Value, moved);
            }

            return moved;
        }
    }

    /// <summary>Builds the document, again if it has failed.</summary>
    private Task<DocumentBytes> BuildOnceAsync()
    {
        lock (_lock)
            return _document is null or { IsFaulted: true } or { IsCanceled: true } ? _document = BuildAsync(provider) : _document;
    }

    private static async Task<DocumentBytes> BuildAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAs(OpenApiSpecVersion.OpenApi3_1, new OpenApiJsonWriter(text));
        return DocumentBytes.Of(text.ToString());
    }

    /// <summary>Puts the path in front of the two URLs in the document that begin with a slash.</summary>
    private static DocumentBytes Move(DocumentBytes document, PathString path)
    {
        var json = JsonNode.Parse(document.Bytes.Span)!;
        Move(json["servers"]![0]!, "url", path);
        Move(
            json["components"]!["securitySchemes"]![DocumentInfoTransformer.PasswordScheme]!["flows"]!["password"]!, "tokenUrl", path);
        return DocumentBytes.Of(json.ToJsonString());
    }

    private static void Move(JsonNode parent, string member, PathString path)
    {
        var url = (string)parent[member]!;
        if (url.StartsWith('/'))
            parent[member] = $"{path}{url}".TrimEnd('/');
    }
}

/// <summary>A document in UTF-8, and its entity tag (RFC 9110 section 8.8.3).</summary>
internal sealed record DocumentBytes(ReadOnlyMemory<byte> Bytes, EntityTagHeaderValue Tag)
{
    public static DocumentBytes Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new DocumentBytes(bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..16])}\""));
    }
}
