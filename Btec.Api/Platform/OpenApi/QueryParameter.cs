using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>A parameter of the query string that the route's request type reads.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
/// <param name="Description">The description.</param>
/// <param name="Maximum">The largest value, if it is an integer.</param>
/// <param name="IsOfClient"><see langword="true"/> if a fault is told to the client by a redirect, instead of by a problem.</param>
internal sealed record QueryParameter(
    string Name, JsonSchemaType Type, string Description, int? Maximum = null, bool IsOfClient = false);
