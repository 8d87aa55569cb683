using System.Text.Json.Serialization;

namespace Btec.Bench;

/// <summary>The response of users/me and of a registration.</summary>
internal sealed record Caller(int Id, string Email, string? FullName, bool IsActive, bool IsSuperuser);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Caller))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CallerJson : JsonSerializerContext;
