using System.Diagnostics;

namespace Btec.Api.Platform.Errors;

/// <summary>An error of the token endpoint, in the form of RFC 6749 section 5.2, with our own code beside it.</summary>
public sealed record OAuthProblem
{
    /// <summary>invalid_request, invalid_grant or unsupported_grant_type.</summary>
    public required string Error { get; init; }

    /// <summary>What happened, for people.</summary>
    public required string ErrorDescription { get; init; }

    /// <summary>A stable word for programs, more exact than error.</summary>
    public required string Code { get; init; }

    /// <summary>The id of the trace and of the log lines of this request.</summary>
    public required string TraceId { get; init; }
}

/// <summary>An endpoint's answer that is an OAuth error.</summary>
public sealed class OAuthProblemResult(AuthError error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.StatusCode = error.Status;
        httpContext.Response.Headers.Pragma = "no-cache";
        return httpContext.Response.WriteAsJsonAsync(
            new OAuthProblem
            {
                Error = error.OAuthError!,
                ErrorDescription = $"{error.Title} {error.Detail}",
                Code = error.Code,
                TraceId = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier,
            },
            httpContext.RequestAborted);
    }
}
