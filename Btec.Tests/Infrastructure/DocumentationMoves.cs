using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>Access to the OpenAPI document.</summary>
internal static class DocumentationMoves
{
    public static async Task<JsonElement> ReadDocumentAsync(this HttpClient client)
    {
        using var response = await client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        return await response.ReadJsonAsync();
    }
}
