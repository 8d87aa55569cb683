using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Btec.Api.Platform.Errors;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads a JSON body and says everything that is wrong with it at once, by the names on the wire.</summary>
/// <remarks>The framework's own binding stops at the first fault and answers 400 to each; the contract tells a body that is no
/// JSON (400) from members that are missing, of the wrong type or refused (422).</remarks>
public static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    /// <summary>Reads the request's body, or leaves a <see cref="RequestFault"/> and returns <see langword="null"/>.</summary>
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
            return context.Refuse<TRequest>(AuthError.FromStatus(exception.StatusCode));
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

    /// <summary>RFC 8259 section 8.1 knows no encoding but UTF-8, whatever a charset says, and lets a byte order mark be ignored.</summary>
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

    /// <summary>An escape can put half of a surrogate pair into a name, which then is no text and equals nothing.</summary>
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
            errors.Add("body", ["The body is a JSON object."]);
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
            return member.IsRequired ? ["This member is required."] : [];

        if (given.Count > 1)
            return ["This member is given more than once."];

        var element = given[0];
        if (element.ValueKind == JsonValueKind.Null)
            return TakesNull(member) ? [] : [$"This member is {NameOf(member.PropertyType)}, not null."];

        object? value;
        try
        {
            value = element.Deserialize(options.GetTypeInfo(member.PropertyType));
        }
        catch (JsonException)
        {
            return [$"This member is {NameOf(member.PropertyType)}."];
        }

        value = value is IOptional patch ? patch.Value : value;
        var rules = member.AttributeProvider?.GetCustomAttributes(typeof(MemberRuleAttribute), inherit: true) ?? [];
        return [.. rules.Cast<MemberRuleAttribute>().SelectMany(rule => rule.FindFaults(value!, surroundings))];
    }

    /// <summary>Whether null is a value of a member.</summary>
    internal static bool TakesNull(JsonPropertyInfo member) => Optional.ArgumentOf(member.PropertyType) is null
        ? member.IsSetNullable
        : member.AttributeProvider is PropertyInfo property
            && new NullabilityInfoContext().Create(property).GenericTypeArguments is [{ ReadState: NullabilityState.Nullable }];

    private static string NameOf(Type type) => Type.GetTypeCode(Optional.ArgumentOf(type) ?? Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.String => "a string of Unicode characters",
        TypeCode.Boolean => "true or false",
        TypeCode.Int32 or TypeCode.Int64 => "an integer",
        _ => "of another type",
    };
}
