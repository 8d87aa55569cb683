using Btec.Api.Platform.Http;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Microsoft.AspNetCore.OpenApi;
using NetEscapades.AspNetCore.SecurityHeaders;
using Scalar.AspNetCore;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The OpenAPI 3.1 document and the reference page over it.</summary>
internal static class ApiDocumentation
{
    private const string DocumentName = "v1";

    public static IServiceCollection AddApiDocumentation(this IServiceCollection services) =>
        services.AddOpenApi(DocumentName, openApi =>
        {
            // Optional members and secrets are described where they stand, not by schemas of their own.
            openApi.CreateSchemaReferenceId = type => Optional.ArgumentOf(type.Type) is null && type.Type != typeof(Secret)
                ? OpenApiOptions.CreateDefaultSchemaReferenceId(type)
                : null;
            openApi.AddDocumentTransformer<DocumentInfoTransformer>();
            openApi.AddOperationTransformer<ErrorResponseTransformer>();
            openApi.AddOperationTransformer<QueryParameterTransformer>();
            openApi.AddSchemaTransformer<SchemaTransformer>();
        });

    public static IEndpointRouteBuilder MapApiDocumentation(this IEndpointRouteBuilder endpoints)
    {
        // The framework's own pattern would answer unknown names in plain text.
        endpoints.MapOpenApi($"/openapi/{{documentName:regex(^{DocumentName}$)}}.json");
        endpoints.MapScalarApiReference("/docs", (page, context) => page
            .WithNonce(context.GetNonce())
            .WithTitle("BTEC Backend")
            .AddPreferredSecuritySchemes(DocumentInfoTransformer.PasswordScheme)
            // The page calls no other host.
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools()
            .HideClientButton())
            .WithSecurityHeadersPolicy(SecurityHeaders.PagePolicy);
        return endpoints;
    }
}
