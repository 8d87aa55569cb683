using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Puts limits on routes: by address before anything else is done, by account once the request has been read.</summary>
public static class RateLimits
{
    /// <summary>Refuses an address that asks too often, before its token is looked at.</summary>
    public static IApplicationBuilder UseRateLimits(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var limiter = context.RequestServices.GetRequiredService<RateLimiter>();
        if (!limiter.IsEnabled
            || context.GetEndpoint()?.Metadata.GetMetadata<RateLimitMetadata>() is not { } limited
            || await limiter.AdmitAddressAsync(context, limited.Policy))
            await next(context);
        else
            await ProblemWriter.WriteAsync(context, AuthError.RateLimited);
    });

    /// <summary>Limits a route.</summary>
    /// <param name="builder">The route.</param>
    /// <param name="policy">By how much.</param>
    /// <param name="accountOf">What stands for the account in what the route takes, or nothing.</param>
    public static RouteHandlerBuilder LimitRate<TArgument>(this RouteHandlerBuilder builder, RatePolicy policy, Func<TArgument, string?> accountOf)
        where TArgument : class =>
        builder
            .WithMetadata(new RateLimitMetadata(policy))
            .AddEndpointFilter((context, next) => AdmitAsync<TArgument>(context, next, (limiter, given) =>
                given is not null && accountOf(given) is { } account
                    ? limiter.AdmitAccountAsync(context.HttpContext, policy, account)
                    : ValueTask.FromResult(true)));

    /// <summary>Limits, by address as well, those requests of a route that are of a stricter kind.</summary>
    /// <param name="builder">The route.</param>
    /// <param name="policy">By how much.</param>
    /// <param name="isStricter">Whether a request is of that kind.</param>
    /// <param name="accountOf">What stands for the account, or nothing.</param>
    public static RouteHandlerBuilder LimitRateWhere<TArgument>(
        this RouteHandlerBuilder builder, RatePolicy policy, Func<TArgument, bool> isStricter, Func<TArgument, string?> accountOf)
        where TArgument : class =>
        builder.AddEndpointFilter((context, next) => AdmitAsync<TArgument>(context, next, async (limiter, given) =>
            given is null || !isStricter(given)
            || (await limiter.AdmitAddressAsync(context.HttpContext, policy)
                && (accountOf(given) is not { } account || await limiter.AdmitAccountAsync(context.HttpContext, policy, account)))));

    private static async ValueTask<object?> AdmitAsync<TArgument>(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<RateLimiter, TArgument?, ValueTask<bool>> admit)
        where TArgument : class
    {
        var limiter = context.HttpContext.RequestServices.GetRequiredService<RateLimiter>();
        return !limiter.IsEnabled || await admit(limiter, context.Arguments.OfType<TArgument>().FirstOrDefault())
            ? await next(context)
            : AuthError.RateLimited.ToProblem();
    }
}
