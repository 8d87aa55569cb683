using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Btec.Api.Platform.Errors;
using Btec.Data.Keys;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads JSON bodies and reports every fault at once, by the names on the wire.</summary>
/// <remarks>The framework's own binding stops at the first fault and answers every fault with 400. The contract
/// (docs/contract.md) has 400 for a body that is not JSON, and 422 for members that are missing, of the wrong type or
/// refused.</remarks>
internal static class JsonBody
{
    /// <summary>The parser's options. No request nests deeper than two levels. The limit of 32 levels is half of the
    /// parser's default, 64 (<see cref="JsonDocumentOptions.MaxDepth"/>).</summary>
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    /// <summary>Reads the body of a request. On a fault it sets a <see cref="RequestFault"/> and returns
    /// <see langword="null"/>.</summary>
    public static async ValueTask<TRequest?> ReadAsync<TRequest>(HttpContext context)
        where TRequest : class
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.HasJsonContentType())
            return context.Refuse<TRequest>(AuthError.UnsupportedMediaType);

        JsonDocument? document;
        try
        {
            document = Parse(await RequestBytes.ReadAsync(context));
        }
        catch (BadHttpRequestException exception)
        {
            return context.Refuse<TRequest>(ProblemStatus.ToError(exception.StatusCode));
        }

        if (document is null)
            return context.Refuse<TRequest>(AuthError.MalformedBody);

        using (document)
        {
            if (!HasReadableNames(document.RootElement))
                return context.Refuse<TRequest>(AuthError.MalformedBody);

            var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            var type = (JsonTypeInfo<TRequest>)options.GetTypeInfo(typeof(TRequest));
            var errors = Check(document.RootElement, type, context);
            return errors.Count == 0
                ? document.Deserialize(type)
                : context.Refuse<TRequest>(AuthError.ValidationFailed, errors);
        }
    }

    /// <summary>Parses UTF-8, the only encoding of JSON, whatever a charset says. A byte order mark is ignored (RFC 8259 section
    /// 8.1).</summary>
    private static JsonDocument? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
            return null;

        if (bytes.Span.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];

        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns whether the names of all members are text. An escape can put half of a surrogate pair into one.</summary>
    private static bool HasReadableNames(JsonElement body)
    {
        try
        {
            return body.ValueKind != JsonValueKind.Object || body.EnumerateObject().All(member => member.Name is not null);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static Dictionary<string, string[]> Check(JsonElement body, JsonTypeInfo type, HttpContext context)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (body.ValueKind != JsonValueKind.Object)
        {
            errors.Add("body", ["Must be a JSON object."]);
            return errors;
        }

        var surroundings = new MemberSurroundings(body, context);
        foreach (var member in type.Properties)
        {
            if (FindFaults(surroundings, member, type.Options) is { Length: > 0 } faults)
                errors.Add(member.Name, faults);
        }

        return errors;
    }

    private static string[] FindFaults(MemberSurroundings surroundings, JsonPropertyInfo member, JsonSerializerOptions options)
    {
        var given = surroundings.Find(member.Name).Take(2).ToList();
        if (given.Count == 0)
            return member.IsRequired ? ["This field is required."] : [];

        if (given.Count > 1)
            return ["Sent more than once. Send it once."];

        var element = given[0];
        if (element.ValueKind == JsonValueKind.Null)
            return TakesNull(member) ? [] : [$"Must be {NameOf(member.PropertyType)}, not null."];

        object? value;
        try
        {
            value = element.Deserialize(options.GetTypeInfo(member.PropertyType));
        }
        catch (JsonException)
        {
            return [$"Must be {NameOf(member.PropertyType)}."];
        }

        value = value is IOptional optional ? optional.Value : value;
        var rules = member.AttributeProvider?.GetCustomAttributes(typeof(MemberRuleAttribute), inherit: true) ?? [];
        if (rules.Length == 0 && value is string text)
            return RequestText.FindFault(text) is { } fault ? [fault] : [];

        return [.. rules.Cast<MemberRuleAttribute>().SelectMany(rule => rule.FindFaults(value!, surroundings))];
    }

    /// <summary>Returns whether a member can be null.</summary>
    internal static bool TakesNull(JsonPropertyInfo member) => Optional.ArgumentOf(member.PropertyType) is null
        ? member.IsSetNullable
        : member.AttributeProvider is PropertyInfo property
            && new NullabilityInfoContext().Create(property).GenericTypeArguments is [{ ReadState: NullabilityState.Nullable }];

    private static string NameOf(Type type)
    {
        var value = Optional.ArgumentOf(type) ?? Nullable.GetUnderlyingType(type) ?? type;
        return Type.GetTypeCode(value) switch
        {
            TypeCode.String => "a string",
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 or TypeCode.Int64 => "an integer",
            _ when value == typeof(Secret) => "a string",
            _ when value == typeof(JsonElement) => "an object",
            _ when value == typeof(IReadOnlyList<string>) => "a list of strings",
            _ => "of another type",
        };
    }
}
