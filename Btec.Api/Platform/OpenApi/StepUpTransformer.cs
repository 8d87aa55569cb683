using Btec.Api.Platform.BearerTokens;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Adds to the description of operations that they require step-up authentication.</summary>
internal sealed class StepUpTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (StepUp.Describe([.. context.Description.ActionDescriptor.EndpointMetadata]) is { } sentence)
            operation.Description = $"{operation.Description} {sentence}".TrimStart();

        return Task.CompletedTask;
    }
}
