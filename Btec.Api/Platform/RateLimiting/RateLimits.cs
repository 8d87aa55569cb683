using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The limits of routes: per address before authentication, per account once the request has been read.</summary>
internal static class RateLimits
{
    /// <summary>Rejects requests from an address that has exceeded its limit, before the access token is validated.</summary>
    public static IApplicationBuilder UseRateLimits(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var limiter = app.ApplicationServices.GetRequiredService<RateLimiter>();
        return app.Use((context, next) =>
            limiter.IsEnabled && context.GetEndpoint()?.Metadata.GetMetadata<RateLimitMetadata>() is { } limited
                ? LimitAsync(limiter, limited, context, next)
                : next(context));
    }

    /// <summary>Limits a route only per address.</summary>
    public static RouteHandlerBuilder LimitAddress(this RouteHandlerBuilder builder, RatePolicy policy) =>
        builder.WithMetadata(new RateLimitMetadata(policy));

    /// <summary>Limits a route per address and per account.</summary>
    /// <param name="accountOf">Returns the account, link or token that the request is about, or <see langword="null"/>.</param>
    /// <param name="whenExhausted">The answer beyond either limit, which does nothing; by default 429.</param>
    public static RouteHandlerBuilder LimitRate<TArgument>(
        this RouteHandlerBuilder builder, RatePolicy policy, Func<TArgument, string?> accountOf, IResult? whenExhausted = null)
        where TArgument : class =>
        builder
            .WithMetadata(new RateLimitMetadata(policy, whenExhausted))
            .AddEndpointFilter((context, next) => AdmitAsync<TArgument>(
                context,
                next,
                (limiter, given) => given is not null && accountOf(given) is { } account
                    ? limiter.AdmitAccountAsync(context.HttpContext, policy, account)
                    : ValueTask.FromResult(true),
                whenExhausted));

    /// <summary>Adds a second policy, per address and per account, to some requests of a route.</summary>
    /// <param name="isStricter">Returns whether the policy applies to the request.</param>
    /// <param name="accountOf">Returns the account, link or token that the request is about, or <see langword="null"/>.</param>
    public static RouteHandlerBuilder LimitRateWhere<TArgument>(
        this RouteHandlerBuilder builder, RatePolicy policy, Func<TArgument, bool> isStricter, Func<TArgument, string?> accountOf)
        where TArgument : class =>
        builder.AddEndpointFilter((context, next) => AdmitAsync<TArgument>(context, next, async (limiter, given) =>
            given is null || !isStricter(given)
            || (await limiter.AdmitAddressAsync(context.HttpContext, policy)
                && (accountOf(given) is not { } account || await limiter.AdmitAccountAsync(context.HttpContext, policy, account)))));

    private static async Task LimitAsync(RateLimiter limiter, RateLimitMetadata limited, HttpContext context, RequestDelegate next)
    {
        if (await limiter.AdmitAddressAsync(context, limited.Policy))
            await next(context);
        else if (limited.WhenExhausted is { } answer)
            await AnswerAsync(context, answer);
        else
            await ProblemWriter.WriteAsync(context, AuthError.RateLimited);
    }

    private static async ValueTask<object?> AdmitAsync<TArgument>(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next,
        Func<RateLimiter, TArgument?, ValueTask<bool>> admit,
        IResult? whenExhausted = null)
        where TArgument : class
    {
        var services = context.HttpContext.RequestServices;
        var limiter = services.GetRequiredService<RateLimiter>();
        if (!limiter.IsEnabled || await admit(limiter, context.Arguments.OfType<TArgument>().FirstOrDefault()))
        {
            try
            {
                return await next(context);
            }
            catch (BusyException)
            {
                // No hash was computed, so nothing was tried.
                await services.GetRequiredService<AccountLeases>().ReleaseAsync();
                throw;
            }
        }

        if (whenExhausted is null)
            return AuthError.RateLimited.ToProblem();

        services.GetRequiredService<RefusalLog>().Report(context.HttpContext, AuthError.RateLimited);
        return whenExhausted;
    }

    private static Task AnswerAsync(HttpContext context, IResult answer)
    {
        context.RequestServices.GetRequiredService<RefusalLog>().Report(context, AuthError.RateLimited);
        return answer.ExecuteAsync(context);
    }
}
