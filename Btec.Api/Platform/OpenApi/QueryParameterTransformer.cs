using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Adds the query parameters of request types to operations.</summary>
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
                    Maximum = parameter.Maximum?.ToString(CultureInfo.InvariantCulture),
                },
            });
        }

        return Task.CompletedTask;
    }
}
