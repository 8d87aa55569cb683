using System.Globalization;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads integers that consist of ASCII digits.</summary>
internal static class NonNegativeInteger
{
    /// <summary>Returns the number, or <see langword="null"/> if the text is another one or the number too large. The framework's
    /// parser accepts NUL after the digits.</summary>
    public static int? Parse(string text) =>
        text.All(char.IsAsciiDigit) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
