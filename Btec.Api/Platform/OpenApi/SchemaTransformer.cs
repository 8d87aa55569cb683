using System.Reflection;
using System.Text.Json.Nodes;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Adds the rules of members and the examples of records to schemas.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is { AttributeProvider: { } member } property)
        {
            if (Optional.ArgumentOf(property.PropertyType) == typeof(IReadOnlyList<string>))
                (schema.Type, schema.Items) = (JsonSchemaType.Array, new OpenApiSchema { Type = JsonSchemaType.String });
            else if (Optional.ArgumentOf(property.PropertyType) is { } optional)
                schema.Type = TypeOf(optional) | (JsonBody.TakesNull(property) ? JsonSchemaType.Null : default);
            else if (property.PropertyType == typeof(Secret))
                schema.Type = JsonSchemaType.String | (JsonBody.TakesNull(property) ? JsonSchemaType.Null : default);

            if (member.IsDefined(typeof(ValidEmailAttribute), inherit: true))
                (schema.Format, schema.MaxLength) = ("email", User.EmailMaxLength);

            if (member.IsDefined(typeof(ValidPasswordAttribute), inherit: true))
                (schema.Format, schema.MinLength, schema.MaxLength) = ("password", PasswordRules.MinLength, PasswordRules.MaxBytes);

            if (member.GetCustomAttributes(typeof(ValidShortTextAttribute), inherit: true) is [ValidShortTextAttribute text])
                schema.MaxLength = text.MaxLength;
        }
        else if (context.JsonTypeInfo.Type.GetCustomAttribute<JsonExampleAttribute>() is { } example)
        {
            schema.Examples = [JsonNode.Parse(example.Json)!];
        }

        return Task.CompletedTask;
    }

    private static JsonSchemaType TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => JsonSchemaType.Boolean,
        TypeCode.Int32 => JsonSchemaType.Integer,
        _ => JsonSchemaType.String,
    };
}
