using System.Net;
using System.Text;
using Btec.Api.Platform.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads form bodies, the format of OAuth 2.0 requests (RFC 6749 appendix B).</summary>
/// <remarks>The framework's own reader changes values, but a password must arrive as it was sent. That reader replaces
/// invalid UTF-8 by U+FFFD, decodes by any charset (and fails on UTF-7), refuses NUL, drops a byte order mark at the start of
/// a multipart value, and treats names that differ in case as one name.</remarks>
internal static class FormBody
{
    /// <summary>The longest boundary of a multipart body, in characters (RFC 2046 section 5.1.1).</summary>
    private const int MaxBoundaryLength = 70;

    /// <summary>The encoding of forms, which throws on invalid bytes.</summary>
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the form of a request. On a fault it sets a <see cref="RequestFault"/> and returns
    /// <see langword="null"/>.</summary>
    public static async ValueTask<FormFields?> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.HasFormContentType || !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
            return context.Refuse<FormFields>(AuthError.UnsupportedMediaType);

        byte[] body;
        try
        {
            body = await RequestBytes.ReadAsync(context);
        }
        catch (BadHttpRequestException exception)
        {
            return context.Refuse<FormFields>(ProblemStatus.ToError(exception.StatusCode));
        }

        try
        {
            return new FormFields(type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
                ? await ReadMultipartAsync(body, HeaderUtilities.RemoveQuotes(type.Boundary).ToString())
                : ReadUrlEncoded(body));
        }
        // MultipartReader throws the first two on malformed and truncated bodies, StrictUtf8 the third.
        catch (Exception exception) when (exception is InvalidDataException or IOException or DecoderFallbackException)
        {
            return context.Refuse<FormFields>(AuthError.MalformedBody);
        }
    }

    /// <summary>Reads the query of a request as strictly as a form: names that differ in case are different, and invalid UTF-8 is a
    /// fault.</summary>
    public static FormFields? ReadQuery(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            return new FormFields(ReadUrlEncoded(Encoding.Latin1.GetBytes(context.Request.QueryString.Value?.TrimStart('?') ?? "")));
        }
        catch (DecoderFallbackException)
        {
            return context.Refuse<FormFields>(AuthError.MalformedRequest);
        }
    }

    private static List<KeyValuePair<string, string>> ReadUrlEncoded(byte[] body)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var range in body.AsSpan().Split((byte)'&'))
        {
            var field = body[range];
            var equals = Array.IndexOf(field, (byte)'=');
            fields.Add(equals < 0
                ? KeyValuePair.Create(Decode(field), "")
                : KeyValuePair.Create(Decode(field[..equals]), Decode(field[(equals + 1)..])));
        }

        return fields;
    }

    private static string Decode(byte[] encoded) =>
        StrictUtf8.GetString(WebUtility.UrlDecodeToBytes(encoded, 0, encoded.Length) ?? []);

    private static async Task<List<KeyValuePair<string, string>>> ReadMultipartAsync(byte[] body, string boundary)
    {
        if (boundary.Length is 0 or > MaxBoundaryLength)
            throw new InvalidDataException("The Content-Type names no boundary, or one that is too long.");

        var fields = new List<KeyValuePair<string, string>>();
        var reader = new MultipartReader(boundary, new MemoryStream(body));
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
                throw new InvalidDataException("A part has no Content-Disposition.");

            if (!disposition.IsFormDisposition())
                continue;

            using var value = new MemoryStream();
            await section.Body.CopyToAsync(value);
            fields.Add(KeyValuePair.Create(
                HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), StrictUtf8.GetString(value.ToArray())));
        }

        return fields;
    }
}
