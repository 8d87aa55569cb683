using System.Text.Json.Serialization;

namespace Btec.Bench;

/// <summary>The response of users/me.</summary>
internal sealed record Caller(int Id, string Email, string? FullName, bool IsActive, bool IsSuperuser);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Caller))]
internal sealed partial class CallerJson : JsonSerializerContext;
