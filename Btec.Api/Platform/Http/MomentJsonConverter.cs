using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Btec.Api.Platform.Http;

/// <summary>Writes times in UTC with six digits of the fraction of a second, as many as PostgreSQL stores (RFC 3339). Every time
/// then has the same length, and times sort as text.</summary>
internal sealed class MomentJsonConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
    }
}
