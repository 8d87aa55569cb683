using System.Diagnostics;
using System.Globalization;
using Btec.Api.Platform.Telemetry;
using Btec.Data;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Btec.Api.Platform.Errors;

/// <summary>Writes errors as <c>application/problem+json</c>, whatever the Accept header says.</summary>
internal static class ProblemWriter
{
    /// <summary>The Retry-After of an outage, in seconds. The contract promises recovery within 5 s of the database's
    /// return.</summary>
    private const int RetryAfterSeconds = 2;

    /// <summary>Converts an expected failure into an endpoint's result.</summary>
    public static ProblemResult ToProblem(this AuthError error) => new(error);

    /// <summary>Converts the faults of one member or parameter into an endpoint's result.</summary>
    public static ProblemResult ToProblem(this AuthError error, string member, params IEnumerable<string> faults) =>
        new(error, new Dictionary<string, string[]>(StringComparer.Ordinal) { [member] = [.. faults] });

    public static IServiceCollection AddProblems(this IServiceCollection services) =>
        services.AddSingleton<OutageMetrics>().AddSingleton<OutageLog>().AddSingleton<RefusalLog>();

    /// <summary>Answers exceptions, and statuses that the framework sets without a body, as problems.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            ExceptionHandler = context => WriteAsync(context, context.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error),
            // A bad request, a database outage and a full queue are not bugs, so they are not logged as errors.
            SuppressDiagnosticsCallback = handled => ToError(handled.Exception) != AuthError.InternalError,
        });
        app.UseStatusCodePages(pages =>
        {
            var context = pages.HttpContext;
            return context.Features.Get<RequestFault>() is { } fault
                ? WriteAsync(context, fault.Error, fault.Errors)
                : WriteAsync(context, context.Response.StatusCode);
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

        if (ToError(exception) == AuthError.Unavailable)
            context.RequestServices.GetRequiredService<OutageLog>().Report(exception);

        return exception is BadHttpRequestException bad
            ? WriteAsync(context, ToError(exception), bad.StatusCode)
            : WriteAsync(context, ToError(exception));
    }

    /// <summary>Writes a problem as the response.</summary>
    public static Task WriteAsync(
        HttpContext context, AuthError error, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return WriteAsync(context, error, ProblemStatus.Of(error), errors);
    }

    /// <summary>Writes the problem of a status that the server or the framework has set by itself.</summary>
    public static Task WriteAsync(HttpContext context, int status) => WriteAsync(context, ProblemStatus.ToError(status), status);

    /// <summary>Writes a problem with a status and members of its own.</summary>
    public static Task WriteAsync(
        HttpContext context,
        AuthError error,
        int status,
        IReadOnlyDictionary<string, string[]>? errors = null,
        Func<Problem, Problem>? extend = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        // Every login with a second factor passes through mfa_required, so it is no refusal to look into.
        if ((status is (StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests)
                && error != AuthError.MfaRequired && error != AuthError.LinkRequired)
            || error == AuthError.StepUpRequired)
            context.RequestServices.GetRequiredService<RefusalLog>().Report(context, error);

        var response = context.Response;
        response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
            WwwAuthenticate.Set(response, error);

        // A resource that has GET has HEAD (RFC 9110 section 9.1); routing does not know it. The server's own refusal of a method
        // has the header elsewhere.
        if (status == StatusCodes.Status405MethodNotAllowed && response.Headers.Allow.Count > 0)
            response.Headers.Allow = AllowHead(response.Headers.Allow.ToString());

        if (status == StatusCodes.Status503ServiceUnavailable && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

        response.Headers.CacheControl = "no-store";
        var problem = new Problem
        {
            Type = error.Type,
            Title = error.Title,
            Status = status,
            Detail = error.Detail,
            Code = error.Code,
            TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            Errors = errors,
        };
        return response.WriteAsJsonAsync(extend?.Invoke(problem) ?? problem, options: null, "application/problem+json", context.RequestAborted);
    }

    private static string AllowHead(string allow)
    {
        var methods = allow.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return methods.Contains(HttpMethods.Get, StringComparer.Ordinal)
            ? string.Join(", ", methods.Union([HttpMethods.Head], StringComparer.Ordinal))
            : string.Join(", ", methods);
    }

    private static AuthError ToError(Exception exception) => exception switch
    {
        BadHttpRequestException bad => ProblemStatus.ToError(bad.StatusCode),
        BusyException => AuthError.Busy,
        _ when exception.GetBaseException() is UnstorableTextException => AuthError.MalformedRequest,
        _ when DatabaseFaults.IsUnavailable(exception) => AuthError.Unavailable,
        _ => AuthError.InternalError,
    };
}
