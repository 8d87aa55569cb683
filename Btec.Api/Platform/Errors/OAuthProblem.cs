using System.Text.Json.Serialization;
using Btec.Data.Keys;

namespace Btec.Api.Platform.Errors;

/// <summary>An error of an OAuth endpoint in the form of RFC 6749 section 5.2, with the API's own code beside it.</summary>
public sealed record OAuthProblem
{
    /// <summary>invalid_request, invalid_client, invalid_grant, unauthorized_client, unsupported_grant_type, invalid_scope, invalid_target,
    /// mfa_required or link_required.</summary>
    public required string Error { get; init; }

    /// <summary>A description for people.</summary>
    public required string ErrorDescription { get; init; }

    /// <summary>A stable word for programs, more exact than error.</summary>
    public required string Code { get; init; }

    /// <summary>The id of the request's trace and log lines.</summary>
    public required string TraceId { get; init; }

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
}
