namespace Btec.Api.Platform.Requests;

/// <summary>Reads the ids in paths, each in its only form, so that one resource has one address.</summary>
internal static class ResourceId
{
    /// <summary>The length of a UUID, in characters (RFC 9562 section 4).</summary>
    private const int UuidLength = 36;

    /// <summary>Returns a number without a sign or leading zeros, or <see langword="null"/> for another text.</summary>
    public static int? ParseInteger(string text) => text.StartsWith('0') ? null : NonNegativeInteger.Parse(text);

    /// <summary>Returns a UUID, or <see langword="null"/> for another text. The length is checked because the parser accepts white space
    /// around an id.</summary>
    public static Guid? ParseUuid(string text) =>
        text.Length == UuidLength && Guid.TryParseExact(text, "D", out var id) ? id : null;
}
