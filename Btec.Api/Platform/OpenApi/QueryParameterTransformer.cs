using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>A parameter in a query string that a route reads by itself.</summary>
internal sealed record QueryParameter(string Name, JsonSchemaType Type, string Description, int? Maximum = null);

public static class QueryParameterExtensions
{
    /// <summary>Documents a parameter of the query string.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder builder, string name, JsonSchemaType type, string description)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new QueryParameter(name, type, description));

    /// <summary>Documents what every list takes.</summary>
    public static TBuilder TakesPage<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(
            new QueryParameter(
                "limit", JsonSchemaType.Integer,
                $"Items of a page, at most {PageCursor.MaxLimit}; {PageCursor.DefaultLimit} if left out.", PageCursor.MaxLimit),
            new QueryParameter("cursor", JsonSchemaType.String, "The next_cursor of the page before."));
}

/// <summary>Adds to each operation the parameters that it reads by itself.</summary>
internal sealed class QueryParameterTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema
                {
                    Type = parameter.Type,
                    Minimum = parameter.Type == JsonSchemaType.Integer ? "1" : null,
                    Maximum = parameter.Maximum?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
            });
        }

        return Task.CompletedTask;
    }
}
