using System.Net;
using System.Text;
using Btec.Data.Keys;

namespace Btec.Api.Platform.Clients;

/// <summary>The credentials of a client in a request.</summary>
/// <param name="Basic">The value of an <c>Authorization</c> header of the scheme Basic.</param>
/// <param name="Id">The <c>client_id</c> in the body.</param>
/// <param name="Secret">The <c>client_secret</c> in the body.</param>
internal sealed record ClientCredentials(string? Basic, string? Id, Secret? Secret)
{
    private const string Scheme = "Basic";

    /// <summary>The encoding of ids and secrets, which throws on invalid bytes.</summary>
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the credentials of a request. Headers of other schemes, such as Bearer, say nothing about the client.</summary>
    public static ClientCredentials Read(IHeaderDictionary headers, string? id, Secret? secret)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var basic = string.Join(',', headers.Authorization.Where(value => value is not null && IsBasic(value)));
        return new ClientCredentials(basic.Length == 0 ? null : basic, id, secret);
    }

    /// <summary>Decodes the header: Base64 of the id and the secret, each form-encoded, with a colon between them (RFC 6749 section 2.3.1).</summary>
    /// <returns>The id and the secret, or <see langword="null"/> if the header is malformed.</returns>
    public (string Id, Secret Secret)? DecodeBasic()
    {
        try
        {
            var text = s_strictUtf8.GetString(Convert.FromBase64String(Basic![Scheme.Length..].Trim()));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? null : (Decode(text[..colon]), new Secret(Decode(text[(colon + 1)..])));
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsBasic(string value) =>
        value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && (value.Length == Scheme.Length || value[Scheme.Length] == ' ');

    private static string Decode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return s_strictUtf8.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length) ?? []);
    }
}
