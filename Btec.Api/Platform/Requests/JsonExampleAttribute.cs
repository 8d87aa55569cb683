using System.Diagnostics.CodeAnalysis;

namespace Btec.Api.Platform.Requests;

/// <summary>The example of a request or response record in the OpenAPI document.</summary>
/// <param name="json">The example as a JSON object.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class JsonExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json => json;
}
