using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace Btec.Data.Keys;

/// <summary>A configured secret: it can be used, but neither printed nor logged.</summary>
[TypeConverter(typeof(SecretConverter))]
public sealed class Secret(string value)
{
    /// <summary>The UTF-8 bytes of the secret.</summary>
    public byte[] GetBytes() => Encoding.UTF8.GetBytes(value);

    /// <summary>The secret itself: for the one call that needs it.</summary>
    public string Reveal() => value;

    public override string ToString() => "(secret)";
}

/// <summary>Lets configuration bind a string to a <see cref="Secret"/>.</summary>
internal sealed class SecretConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string { Length: > 0 } text ? new Secret(text) : null;
}
