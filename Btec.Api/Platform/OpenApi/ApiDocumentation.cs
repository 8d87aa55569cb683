using System.Net.Mime;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using NetEscapades.AspNetCore.SecurityHeaders;
using Scalar.AspNetCore;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The OpenAPI 3.1 document and the reference page over it.</summary>
internal static class ApiDocumentation
{
    private const string DocumentName = "v1";

    public static IServiceCollection AddApiDocumentation(this IServiceCollection services)
    {
        services.AddSingleton(
            provider => new PublishedDocument(provider.GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentName)));
        return services.AddOpenApi(DocumentName, openApi =>
        {
            // Optional members and secrets are described where they stand, not by schemas of their own.
            openApi.CreateSchemaReferenceId = type => Optional.ArgumentOf(type.Type) is null && type.Type != typeof(Secret)
                ? OpenApiOptions.CreateDefaultSchemaReferenceId(type)
                : null;
            openApi.AddDocumentTransformer<DocumentInfoTransformer>();
            openApi.AddOperationTransformer<ErrorResponseTransformer>();
            openApi.AddOperationTransformer<QueryParameterTransformer>();
            openApi.AddOperationTransformer<StepUpTransformer>();
            openApi.AddSchemaTransformer<SchemaTransformer>();
        });
    }

    public static IEndpointRouteBuilder MapApiDocumentation(this IEndpointRouteBuilder endpoints)
    {
        // The framework's own endpoint builds the document for each request.
        endpoints.MapGet($"/openapi/{DocumentName}.json", GetDocumentAsync).ExcludeFromDescription();
        endpoints.MapScalarApiReference("/docs", (page, context) => page
            .WithNonce(context.GetNonce())
            .WithTitle("BTEC Backend")
            .AddPreferredSecuritySchemes(DocumentInfoTransformer.PasswordScheme)
            // The page calls no other host, whatever address of the API it is opened at.
            .AddServer(context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools()
            .HideClientButton())
            .WithSecurityHeadersPolicy(SecurityHeaders.PagePolicy);
        return endpoints;
    }

    private static async Task<FileContentHttpResult> GetDocumentAsync(HttpContext context, PublishedDocument published)
    {
        var path = context.RequestServices.GetRequiredService<IOptions<PublicAddressOptions>>().Value.PublicUrl is null
            ? context.Request.PathBase
            : PathString.Empty;
        var document = await published.GetAsync(path);
        // Caches keep the document, but ask each time whether it is still the same.
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(document.Bytes, MediaTypeNames.Application.Json, entityTag: document.Tag);
    }
}
