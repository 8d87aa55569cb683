using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>A parameter of the query string that the route's request type reads.</summary>
internal sealed record QueryParameter(string Name, JsonSchemaType Type, string Description, int? Maximum = null);
