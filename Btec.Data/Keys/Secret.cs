using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Data.Keys;

/// <summary>A secret such as a key, a password or a token. It can be used and compared, but its text does not appear in logs or
/// in the <c>ToString</c> of a record that contains it.</summary>
[TypeConverter(typeof(SecretConverter))]
public sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>Returns the UTF-8 bytes of the secret.</summary>
    public byte[] GetBytes() => Encoding.UTF8.GetBytes(value);

    /// <summary>Returns the secret itself. Call it only where the text is needed.</summary>
    public string Reveal() => value;

    /// <summary>Compares two secrets in a time that does not depend on where they differ.</summary>
    public bool Equals(Secret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(GetBytes(), other.GetBytes());

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(value);

    public override string ToString() => "(secret)";
}

/// <summary>The conversion of a configured text to a <see cref="Secret"/>. A line end at the end comes from a file or from
/// <c>echo</c>, and is never meant.</summary>
internal sealed class SecretConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Read(value as string);

    /// <summary>Returns the secret, or <see langword="null"/> if the setting is empty.</summary>
    public static Secret? Read(string? value) => value?.TrimEnd('\r', '\n') is { Length: > 0 } text ? new Secret(text) : null;
}
