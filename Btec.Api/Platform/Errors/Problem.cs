using System.Text.Json.Serialization;
using Btec.Data.Keys;

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

    /// <summary>The token with which the second factor is sent. Only with mfa_required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Secret? MfaToken { get; init; }

    /// <summary>The second factors that the account has: totp, recovery_code, passkey. Only with mfa_required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>The token with which the account is linked. Only with link_required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Secret? LinkToken { get; init; }

    /// <summary>The number of seconds for which mfa_token or link_token works. Only with mfa_required and link_required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExpiresIn { get; init; }

    /// <summary>The longest time since the proof, in seconds. Only with step_up_required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAge { get; init; }

    /// <summary>The classes of proof that suffice, separated by spaces. Only with step_up_required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AcrValues { get; init; }

    /// <summary>True if no passkey with this id is registered, so that the client can forget it. Only with passkey_invalid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? UnknownCredential { get; init; }
}
