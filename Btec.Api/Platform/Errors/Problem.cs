using System.Text.Json.Serialization;

namespace Btec.Api.Platform.Errors;

/// <summary>An error as every route answers it (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>A URI that names the kind of problem. It never changes.</summary>
    public required string Type { get; init; }

    /// <summary>A short sentence, the same for every occurrence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>A sentence that tells the caller what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>A stable word for programs.</summary>
    public required string Code { get; init; }

    /// <summary>The id of the request's trace and log lines.</summary>
    public required string TraceId { get; init; }

    /// <summary>The faults of each member, by its name as it was sent. Only on 422.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}
