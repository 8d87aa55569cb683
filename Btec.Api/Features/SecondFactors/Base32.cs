namespace Btec.Api.Features.SecondFactors;

/// <summary>Base32 without padding (RFC 4648 section 6), the form in which authenticator applications take secrets.</summary>
internal static class Base32
{
    /// <summary>The digits of base32.</summary>
    public const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private const int BitsPerByte = 8;
    private const int BitsPerDigit = 5;
    private const int DigitMask = 31;

    /// <summary>Returns the digits of a value. The last one is filled up with zero bits.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var digits = new char[((bytes.Length * BitsPerByte) + BitsPerDigit - 1) / BitsPerDigit];
        for (var digit = 0; digit < digits.Length; digit++)
        {
            var (index, offset) = Math.DivRem(digit * BitsPerDigit, BitsPerByte);
            var next = index + 1 < bytes.Length ? bytes[index + 1] : 0;
            var pair = (bytes[index] << BitsPerByte) | next;
            digits[digit] = Alphabet[(pair >> ((2 * BitsPerByte) - BitsPerDigit - offset)) & DigitMask];
        }

        return new string(digits);
    }
}
