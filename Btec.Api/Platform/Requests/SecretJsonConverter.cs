using System.Text.Json;
using System.Text.Json.Serialization;
using Btec.Data.Keys;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads and writes secrets of requests and responses as JSON strings.</summary>
internal sealed class SecretJsonConverter : JsonConverter<Secret>
{
    public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();

        try
        {
            return new Secret(reader.GetString()!);
        }
        // An escape can encode half of a surrogate pair, which is not valid text.
        catch (InvalidOperationException exception)
        {
            throw new JsonException(message: null, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Reveal());
}
