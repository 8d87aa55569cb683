using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Documentation;

/// <summary>An operation as the OpenAPI document describes it.</summary>
/// <param name="Route">The method and the path, such as <c>GET /api/users/me</c>.</param>
/// <param name="Parameters">The names of the parameters in the query.</param>
/// <param name="Statuses">The statuses of the answers.</param>
/// <param name="Errors">The errors of the answers.</param>
internal sealed record DescribedOperation(
    string Route, IReadOnlyList<string> Parameters, IReadOnlyList<int> Statuses, IReadOnlyList<DescribedError> Errors)
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    /// <summary>Reads all operations.</summary>
    public static async Task<IReadOnlyList<DescribedOperation>> ReadAllAsync(HttpClient client)
    {
        var document = await client.ReadDocumentAsync();
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name, StringComparer.Ordinal)
               select Read($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value),
        ];
    }

    private static DescribedOperation Read(string route, JsonElement operation)
    {
        var responses = operation.GetProperty("responses").EnumerateObject().ToList();
        return new DescribedOperation(
            route,
            operation.TryGetProperty("parameters", out var parameters)
                ?
                [
                    .. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query")
                        .Select(parameter => parameter.GetProperty("name").GetString()!),
                ]
                : [],
            [.. responses.Select(response => int.Parse(response.Name))],
            [.. responses.SelectMany(response => ReadErrors(int.Parse(response.Name), response.Value))]);
    }

    private static IEnumerable<DescribedError> ReadErrors(int status, JsonElement response)
    {
        if (status < 400 || !response.TryGetProperty("content", out var content))
            return [];

        return
            from type in content.EnumerateObject()
            where type.Value.TryGetProperty("examples", out _)
            from example in type.Value.GetProperty("examples").EnumerateObject()
            let value = example.Value.GetProperty("value")
            select new DescribedError(
                value.GetProperty("code").GetString()!,
                status,
                value.TryGetProperty("error", out var error) ? error.GetString() : null);
    }
}

/// <summary>An error as the OpenAPI document describes it.</summary>
/// <param name="Code">The code.</param>
/// <param name="Status">The status.</param>
/// <param name="OAuthError">The error of RFC 6749, or <see langword="null"/> for a problem.</param>
internal sealed record DescribedError(string Code, int Status, string? OAuthError);
