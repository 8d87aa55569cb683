using System.Diagnostics;
using Btec.Api.Platform.Errors;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Btec.Api.Platform.Http;

/// <summary>The answers to requests that Kestrel refuses before the pipeline begins, because they break the grammar of HTTP or
/// exceed a limit of the server. Kestrel's own answer would have no body and no security headers.</summary>
/// <remarks>Kestrel has no extension point for this answer, but its event <c>BadRequest</c> comes before it, and Kestrel lets an
/// answer stand that has started by then. The writer of the response exists in the pipeline only, so the body goes to the
/// connection behind the headers.</remarks>
internal sealed partial class ServerRefusals(RequestDelegate refuse, IServiceProvider services, ILogger<ServerRefusals> logger)
    : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public void OnNext(KeyValuePair<string, object?> value)
    {
        try
        {
            AnswerRefusal(value.Value);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Kestrel does not expect an exception from its event, and answers by itself.
            LogFailed(exception.GetType().Name);
        }
    }

    public void OnCompleted()
    {
        // The events end with the process.
    }

    public void OnError(Exception error)
    {
        // The source of the events reports no errors.
    }

    /// <summary>Answers every refusal of the server with the problem and the headers that the pipeline would send.</summary>
    public static void Observe(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var pipeline = new ApplicationBuilder(app.Services);
        pipeline.UseSecurityHeaders();
        pipeline.Run(context => ProblemWriter.WriteAsync(context, context.Response.StatusCode));
        var refusals = ActivatorUtilities.CreateInstance<ServerRefusals>(app.Services, pipeline.Build());
        app.Services.GetRequiredService<DiagnosticListener>().Subscribe(refusals, (name, _, _) => name == BadRequest);
    }

    private void AnswerRefusal(object? value)
    {
        if (value is IFeatureCollection server
            && server.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException { StatusCode: var status }
            && server.Get<IHttpRequestFeature>() is { } request
            && server.Get<IHttpResponseFeature>() is { HasStarted: false } response
            && server.Get<IHttpResponseBodyFeature>() is { } start
            && server.Get<IConnectionTransportFeature>() is { } connection
            && !HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
            Answer(status, request, response, start, connection);
    }

    private void Answer(
        int status,
        IHttpRequestFeature request,
        IHttpResponseFeature response,
        IHttpResponseBodyFeature start,
        IConnectionTransportFeature connection)
    {
        using var body = new MemoryStream();
        var problem = new BufferedResponse { StatusCode = status };
        var traceId = ActivityTraceId.CreateRandom().ToHexString();
        refuse(problem.ToContext(body, request.Scheme, services, traceId)).GetAwaiter().GetResult();
        problem.Start();
        LogRefused(status, traceId);

        foreach (var (name, values) in problem.Headers)
            response.Headers[name] = values;

        response.Headers.ContentLength = body.Length;
        response.Headers.Connection = "close";
        start.StartAsync().GetAwaiter().GetResult();
        if (!HttpMethods.IsHead(request.Method))
            _ = connection.Transport.Output.WriteAsync(body.ToArray()).AsTask();
    }

    [LoggerMessage(LogLevel.Debug, "The server refused a request with {Status}, trace id {TraceId}.")]
    private partial void LogRefused(int status, string traceId);

    [LoggerMessage(LogLevel.Warning, "The problem of a request that the server refused could not be written ({Fault}).")]
    private partial void LogFailed(string fault);
}

/// <summary>A response in memory. Nothing in it waits, so it is complete when the pipeline returns.</summary>
internal sealed class BufferedResponse : HttpResponseFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();

    public HttpContext ToContext(Stream body, string scheme, IServiceProvider services, string traceId)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Scheme = scheme });
        features.Set<IHttpResponseFeature>(this);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        return new DefaultHttpContext(features) { RequestServices = services, TraceIdentifier = traceId };
    }

    public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    /// <summary>Completes the headers.</summary>
    public void Start()
    {
        while (_starting.TryPop(out var next))
            next.Callback(next.State).GetAwaiter().GetResult();
    }
}
