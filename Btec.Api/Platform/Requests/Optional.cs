using System.Text.Json;
using System.Text.Json.Serialization;

namespace Btec.Api.Platform.Requests;

/// <summary>A member that can be left out, which differs from null (RFC 7396): a member that is left out stays as it
/// is.</summary>
public readonly record struct Optional<T> : IOptional
{
    /// <summary>The value that was sent.</summary>
    public T? Value { get; init; }

    /// <summary>Gets a value indicating whether a value, or <see langword="null"/>, was sent.</summary>
    public bool IsGiven { get; init; }

    object? IOptional.Value => Value;

    /// <summary>Returns the value that was sent, or the current one if none was.</summary>
    public T? Or(T? current) => IsGiven ? Value : current;
}

/// <summary>An <see cref="Optional{T}"/> of any type.</summary>
internal interface IOptional
{
    object? Value { get; }
}

internal static class Optional
{
    /// <summary>Returns the <c>T</c> of an <see cref="Optional{T}"/>, or <see langword="null"/> for any other type.</summary>
    public static Type? ArgumentOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>) ? type.GenericTypeArguments[0] : null;
}

/// <summary>Reads members that were sent. The others keep the default, which is not given.</summary>
internal sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => Optional.ArgumentOf(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Reader<>).MakeGenericType(Optional.ArgumentOf(typeToConvert)!))!;

    private sealed class Reader<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new() { Value = JsonSerializer.Deserialize<T>(ref reader, options), IsGiven = true };

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
