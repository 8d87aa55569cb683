using System.Globalization;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Adds the error responses and the security requirement to operations.</summary>
internal sealed class ErrorResponseTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        // An empty requirement makes the others optional (OpenAPI 3.1, Operation Object).
        if (metadata.OfType<IAuthorizeData>().Any())
            operation.Security = [.. TokenSchemes(context.Document!)];
        else if (metadata.OfType<OptionalAccessToken>().Any())
            operation.Security = [new OpenApiSecurityRequirement(), .. TokenSchemes(context.Document!)];

        var schema = await context.GetOrCreateSchemaAsync(typeof(Problem), parameterDescription: null, cancellationToken);
        context.Document!.AddComponent(nameof(Problem), schema);
        operation.Responses ??= [];
        if (operation.Responses.TryGetValue("201", out var created) && created is OpenApiResponse response)
            response.Headers = Header("Location", JsonSchemaType.String, "The path of the new resource.");

        var problems = RouteErrors.FindProblems([.. metadata]);
        foreach (var same in problems.GroupBy(error => RouteErrors.StatusOf(error, metadata)).OrderBy(status => status.Key))
            operation.Responses[same.Key.ToString(CultureInfo.InvariantCulture)] = Describe([.. same], same.Key, context.Document);

        var oauthErrors = RouteErrors.FindOAuthErrors(metadata).ToList();
        if (oauthErrors.Count == 0)
            return;

        var oauth = await context.GetOrCreateSchemaAsync(typeof(OAuthProblem), parameterDescription: null, cancellationToken);
        context.Document.AddComponent(nameof(OAuthProblem), oauth);
        foreach (var same in oauthErrors.GroupBy(OAuthErrorCode.StatusOf))
            Add(operation.Responses, same.Key.ToString(CultureInfo.InvariantCulture), DescribeOAuth([.. same], context.Document));
    }

    /// <summary>Adds a response, beside the problems of the same status.</summary>
    private static void Add(OpenApiResponses responses, string status, OpenApiResponse added)
    {
        if (responses.TryGetValue(status, out var existing) && existing is OpenApiResponse { Content: { } content } problems)
        {
            problems.Description = $"{problems.Description}; {added.Description}";
            foreach (var (type, body) in added.Content!)
                content[type] = body;
        }
        else
        {
            responses[status] = added;
        }
    }

    private static OpenApiSecurityRequirement[] TokenSchemes(OpenApiDocument document) =>
    [
        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentInfoTransformer.PasswordScheme, document)] = [] },
        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentInfoTransformer.BearerScheme, document)] = [] },
    ];

    private static OpenApiResponse Describe(IReadOnlyList<AuthError> errors, int status, OpenApiDocument document) => new()
    {
        Description = $"{ReasonPhrases.GetReasonPhrase(status)}: {string.Join(", ", errors.Select(error => error.Code))}",
        Headers = HeadersOf(errors, status),
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(nameof(Problem), document),
                Examples = errors.ToDictionary(
                    error => error.Code, IOpenApiExample (error) => ErrorExamples.OfProblem(error, status), StringComparer.Ordinal),
            },
        },
    };

    private static OpenApiResponse DescribeOAuth(IReadOnlyList<AuthError> errors, OpenApiDocument document) => new()
    {
        Description = $"RFC 6749 section 5.2: {string.Join(", ", errors.Select(error => error.Code))}",
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(nameof(OAuthProblem), document),
                Examples = errors.ToDictionary(
                    error => error.Code, IOpenApiExample (error) => ErrorExamples.OfOAuth(error), StringComparer.Ordinal),
            },
        },
    };

    private static Dictionary<string, IOpenApiHeader>? HeadersOf(IEnumerable<AuthError> errors, int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Header(
            "WWW-Authenticate",
            JsonSchemaType.String,
            "The authentication scheme of the route (RFC 6750 section 3)"
            + (errors.Contains(AuthError.StepUpRequired) ? ", and the proof that is required (RFC 9470 section 3)." : ".")),
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable =>
            Header("Retry-After", JsonSchemaType.Integer, "The number of seconds to wait."),
        _ => null,
    };

    private static Dictionary<string, IOpenApiHeader> Header(string name, JsonSchemaType type, string description) =>
        new(StringComparer.Ordinal)
        {
            [name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = type } },
        };
}
