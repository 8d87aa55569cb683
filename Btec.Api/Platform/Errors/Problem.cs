using System.Text.Json.Serialization;

namespace Btec.Api.Platform.Errors;

/// <summary>An error as every route answers it (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>A URI that names the kind of problem; it never changes.</summary>
    public required string Type { get; init; }

    /// <summary>A short sentence, the same for every occurrence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What the caller can do about it.</summary>
    public required string Detail { get; init; }

    /// <summary>A stable word for programs.</summary>
    public required string Code { get; init; }

    /// <summary>The id of the trace and of the log lines of this request.</summary>
    public required string TraceId { get; init; }

    /// <summary>On 422: what is wrong, by the name of the member as it was sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}
