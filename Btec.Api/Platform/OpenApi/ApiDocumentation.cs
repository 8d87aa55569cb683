using Btec.Api.Platform.Http;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.OpenApi;
using NetEscapades.AspNetCore.SecurityHeaders;
using Scalar.AspNetCore;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The OpenAPI 3.1 document, and the page that shows it and calls the API.</summary>
public static class ApiDocumentation
{
    private const string DocumentName = "v1";

    public static IServiceCollection AddApiDocumentation(this IServiceCollection services) =>
        services.AddOpenApi(DocumentName, openApi =>
        {
            // Whether a member may be left out is said where it stands, not by a schema of its own.
            openApi.CreateSchemaReferenceId = type =>
                Optional.ArgumentOf(type.Type) is null ? OpenApiOptions.CreateDefaultSchemaReferenceId(type) : null;
            openApi.AddDocumentTransformer<DocumentInfoTransformer>();
            openApi.AddOperationTransformer<ErrorResponseTransformer>();
            openApi.AddOperationTransformer<QueryParameterTransformer>();
            openApi.AddSchemaTransformer<SchemaTransformer>();
        });

    public static IEndpointRouteBuilder MapApiDocumentation(this IEndpointRouteBuilder endpoints)
    {
        // With the framework's own pattern any other name would be answered in plain text.
        endpoints.MapOpenApi($"/openapi/{{documentName:regex(^{DocumentName}$)}}.json");
        endpoints.MapScalarApiReference("/docs", (page, context) => page
            .WithNonce(context.GetNonce())
            .WithTitle("BTEC Backend")
            .AddPreferredSecuritySchemes(DocumentInfoTransformer.PasswordScheme)
            // Nothing on the page calls home or sells: it shows the API and calls it.
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
