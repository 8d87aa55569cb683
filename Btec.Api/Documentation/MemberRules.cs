using System.Text.Json.Nodes;
using Btec.Api.Auth;
using Btec.Api.Health;
using Btec.Api.Users;
using Btec.Data.Credentials;
using Btec.Data.Entities;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Documentation;

/// <summary>Tells in the document what the rules on members enforce, and gives every schema an example.</summary>
internal sealed class MemberRules : IOpenApiSchemaTransformer
{
    private static readonly Dictionary<Type, Func<JsonNode>> Examples = new()
    {
        [typeof(RegisterRequest)] = () => new JsonObject
        {
            ["email"] = "ada@example.com",
            ["password"] = "correct horse battery",
            ["full_name"] = "Ada Lovelace",
        },
        [typeof(LoginRequest)] = () => new JsonObject { ["username"] = "ada@example.com", ["password"] = "correct horse battery" },
        [typeof(UserResponse)] = () => new JsonObject
        {
            ["id"] = 1,
            ["email"] = "ada@example.com",
            ["full_name"] = "Ada Lovelace",
            ["is_active"] = true,
            ["is_superuser"] = false,
        },
        [typeof(TokenResponse)] = () => new JsonObject
        {
            ["access_token"] = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…",
            ["token_type"] = "bearer",
            ["expires_in"] = 691200,
        },
        [typeof(HealthResponse)] = () => new JsonObject { ["status"] = "ok", ["version"] = "1.0.0" },
    };

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo?.AttributeProvider is { } member)
        {
            if (member.IsDefined(typeof(ValidEmailAttribute), inherit: true))
                (schema.Format, schema.MaxLength) = ("email", User.EmailMaxLength);

            if (member.IsDefined(typeof(ValidPasswordAttribute), inherit: true))
                (schema.Format, schema.MinLength, schema.MaxLength) = ("password", PasswordRules.MinLength, PasswordRules.MaxBytes);

            if (member.IsDefined(typeof(ValidFullNameAttribute), inherit: true))
                schema.MaxLength = User.FullNameMaxLength;
        }
        else if (Examples.TryGetValue(context.JsonTypeInfo.Type, out var example))
        {
            schema.Examples = [example()];
        }

        return Task.CompletedTask;
    }
}
