using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Btec.Tests.Infrastructure;

/// <summary>A route that throws what nobody expects, at the end of the pipeline of an API.</summary>
internal sealed class FailingRoute : IStartupFilter
{
    public const string Path = "/test/failure";
    public const string Detail = "a detail that must not leak";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        app.Use((HttpContext context, RequestDelegate nextDelegate) =>
            context.Request.Path == Path ? throw new InvalidOperationException(Detail) : nextDelegate(context));
    };
}
