using Microsoft.AspNetCore.Authorization;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Marks the routes that ask for step-up authentication; see <see cref="StepUpRule"/>.</summary>
internal static class StepUp
{
    private const string Policy = "step-up";
    private const string PasswordPolicy = "step-up beside a password";

    public static IServiceCollection AddStepUp(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<StepUpOptions, StepUpOptionsValidator>().BindConfiguration(StepUpOptions.SectionName);
        services.AddSingleton<StepUpRule>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Policy, policy => policy.RequireStepUp((rule, caller) => rule.IsMetBy(caller)))
            .AddPolicy(PasswordPolicy, policy => policy.RequireStepUp((rule, caller) => rule.IsMetWithPasswordBy(caller)));
        return services;
    }

    /// <summary>Requires that the caller has proved who they are within <c>StepUp:MaxAge</c>, with two factors if they have a second
    /// one.</summary>
    public static TBuilder RequireStepUp<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(Policy);

    /// <summary>Requires what <see cref="RequireStepUp{TBuilder}(TBuilder)"/> does of callers with a second factor only: the route takes
    /// the password, which is the proof of one factor.</summary>
    public static TBuilder RequireStepUpBesidePassword<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(PasswordPolicy);

    /// <summary>Marks a route whose handler asks <see cref="StepUpRule"/> itself, because it depends on the request.</summary>
    public static TBuilder MayRequireStepUp<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(ConditionalStepUp.Instance);

    public static bool IsPolicy(string? policy) => policy is Policy or PasswordPolicy;

    private static void RequireStepUp(this AuthorizationPolicyBuilder policy, Func<StepUpRule, CurrentUser, bool> isMet) =>
        policy.RequireAuthenticatedUser().RequireAssertion(context =>
            context.Resource is HttpContext http
            && http.Features.Get<CurrentUser>() is { } caller
            && isMet(http.RequestServices.GetRequiredService<StepUpRule>(), caller));
}

/// <summary>The mark of a route whose handler may ask for step-up authentication.</summary>
internal sealed class ConditionalStepUp
{
    public static readonly ConditionalStepUp Instance = new();

    private ConditionalStepUp()
    {
    }
}
