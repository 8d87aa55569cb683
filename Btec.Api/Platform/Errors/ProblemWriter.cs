using System.Diagnostics;
using System.Globalization;
using Btec.Data;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Btec.Api.Platform.Errors;

/// <summary>The one place where an error becomes an answer: <c>application/problem+json</c>, whatever was asked for.</summary>
public static class ProblemWriter
{
    /// <summary>Seconds after which a client may ask again while the database is away.</summary>
    private const int RetryAfterSeconds = 2;

    private const string Bearer = "Bearer";

    /// <summary>Turns an expected failure into the answer of an endpoint.</summary>
    public static ProblemResult ToProblem(this AuthError error) => new(error);

    /// <summary>The same, for a parameter that is not accepted.</summary>
    public static ProblemResult ToProblem(this AuthError error, string parameter, string fault) =>
        new(error, new Dictionary<string, string[]>(StringComparer.Ordinal) { [parameter] = [fault] });

    /// <summary>The same, for a member that breaks rules.</summary>
    public static ProblemResult ToProblem(this AuthError error, string member, IEnumerable<string> faults) =>
        new(error, new Dictionary<string, string[]>(StringComparer.Ordinal) { [member] = [.. faults] });

    /// <summary>Answers exceptions, and statuses that the framework left without a body, as problems.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            ExceptionHandler = context => WriteAsync(context, context.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error),
            // A client's bad request, a database that is away and a flood are no bugs of ours.
            SuppressDiagnosticsCallback = handled => ToError(handled.Exception) != AuthError.InternalError,
        });
        app.UseStatusCodePages(pages =>
        {
            var context = pages.HttpContext;
            return context.Features.Get<RequestFault>() is { } fault
                ? WriteAsync(context, fault.Error, fault.Errors)
                : WriteAsync(context, AuthError.FromStatus(context.Response.StatusCode));
        });
        return app;
    }

    private static Task WriteAsync(HttpContext context, Exception exception)
    {
        if (exception is BusyException busy)
        {
            var seconds = Math.Max(1, Math.Ceiling(busy.RetryAfter.TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(context, ToError(exception));
    }

    /// <summary>Writes a problem as the whole answer.</summary>
    public static Task WriteAsync(
        HttpContext context, AuthError error, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        if (error.Status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = Challenge(error);

        if (error.Status == StatusCodes.Status503ServiceUnavailable && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

        response.Headers.CacheControl = "no-store";
        var problem = new Problem
        {
            Type = error.Type,
            Title = error.Title,
            Status = error.Status,
            Detail = error.Detail,
            Code = error.Code,
            TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            Errors = errors,
        };
        return response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }

    /// <summary>RFC 6750 section 3.1: an error code only when a token was sent.</summary>
    private static string Challenge(AuthError error) =>
        error == AuthError.TokenExpired || error == AuthError.TokenInvalid
            ? $"{Bearer} error=\"invalid_token\", error_description=\"{error.Title}\""
            : Bearer;

    private static AuthError ToError(Exception exception) => exception switch
    {
        BadHttpRequestException bad => AuthError.FromStatus(bad.StatusCode),
        BusyException => AuthError.Busy,
        _ when DatabaseFaults.IsOutage(exception) => AuthError.Unavailable,
        _ => AuthError.InternalError,
    };
}

/// <summary>An endpoint's answer that is a problem.</summary>
public sealed class ProblemResult(AuthError error, IReadOnlyDictionary<string, string[]>? errors = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => ProblemWriter.WriteAsync(httpContext, error, errors);
}

/// <summary>Why a request could not be bound to an endpoint's parameters; <see cref="ProblemWriter"/> answers it.</summary>
public sealed record RequestFault(AuthError Error, IReadOnlyDictionary<string, string[]>? Errors = null);
