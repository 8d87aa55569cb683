namespace Btec.Api.Platform.Errors;

/// <summary>An error of an OAuth endpoint in the form of RFC 6749 section 5.2, with the API's own code beside it.</summary>
public sealed record OAuthProblem
{
    /// <summary>invalid_request, invalid_grant or unsupported_grant_type.</summary>
    public required string Error { get; init; }

    /// <summary>A description for people.</summary>
    public required string ErrorDescription { get; init; }

    /// <summary>A stable word for programs, more exact than error.</summary>
    public required string Code { get; init; }

    /// <summary>The id of the request's trace and log lines.</summary>
    public required string TraceId { get; init; }
}
