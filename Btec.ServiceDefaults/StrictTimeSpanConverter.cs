using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Btec.ServiceDefaults;

/// <summary>The conversion of a configured time. .NET reads <c>15</c> as 15 days and <c>24:00:00</c> as 24 days, which nobody
/// means; both are refused.</summary>
internal sealed partial class StrictTimeSpanConverter : TimeSpanConverter
{
    /// <summary>The form of a time, for messages.</summary>
    public const string Form = "a time such as 00:15:00 or 8.00:00:00 (days.hours:minutes:seconds, hours up to 23)";

    /// <summary>Uses this conversion for every setting that is a time.</summary>
    public static void Register()
    {
        if (TypeDescriptor.GetConverter(typeof(TimeSpan)) is not StrictTimeSpanConverter)
            TypeDescriptor.AddAttributes(typeof(TimeSpan), new TypeConverterAttribute(typeof(StrictTimeSpanConverter)));
    }

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is not string text
            ? base.ConvertFrom(context, culture, value)
            : IsPlain().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)
                ? time
                : throw new FormatException($"Use {Form}.");

    [GeneratedRegex(
        @"^\s*-?(?:\d+\.)?(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d(?:\.\d{1,7})?)?\s*$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsPlain();
}
