using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace Btec.Client;

/// <summary>Requires that the user proved who they are not too long ago.</summary>
/// <param name="MaxAge">The greatest age of the proof.</param>
internal sealed record StepUpRequirement(TimeSpan MaxAge) : IAuthorizationRequirement;

/// <summary>Compares the age with the claim <c>auth_time</c>.</summary>
internal sealed class StepUpHandler(TimeProvider clock) : AuthorizationHandler<StepUpRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, StepUpRequirement requirement)
    {
        if (long.TryParse(
                context.User.FindFirst(BtecClaims.AuthenticationTime)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && clock.GetUtcNow().ToUnixTimeSeconds() - seconds <= (long)requirement.MaxAge.TotalSeconds)
            context.Succeed(requirement);

        return Task.CompletedTask;
    }
}

/// <summary>Answers a proof that is too old with the challenge of RFC 9470 section 3.</summary>
internal sealed class StepUpResultHandler : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _next = new();

    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        // A proof does not help a user who lacks a role.
        var failed = authorizeResult.Forbidden ? authorizeResult.AuthorizationFailure?.FailedRequirements.ToList() : null;
        if (failed is not { Count: > 0 } || !failed.TrueForAll(requirement => requirement is StepUpRequirement))
            return _next.HandleAsync(next, context, policy, authorizeResult);

        var maxAge = failed.OfType<StepUpRequirement>().Min(requirement => (int)requirement.MaxAge.TotalSeconds);
        context.Response.Headers.WWWAuthenticate = string.Create(
            CultureInfo.InvariantCulture,
            $"Bearer error=\"insufficient_user_authentication\", error_description=\"A recent proof of identity is required.\", max_age=\"{maxAge}\"");
        return BearerProblem.WriteAsync(
            context, StatusCodes.Status401Unauthorized, "step_up_required", "Prove your identity again.", maxAge);
    }
}
