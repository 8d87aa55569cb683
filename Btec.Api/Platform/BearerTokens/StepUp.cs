using Microsoft.AspNetCore.Authorization;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Marks the routes that ask for step-up authentication; see <see cref="StepUpRule"/>.</summary>
internal static class StepUp
{
    private const string Policy = "step-up";
    private const string PasswordPolicy = "step-up beside a password";
    private const string StrengthPolicy = "two factors of callers who have them";
    private const string Proof = "a proof of identity no older than StepUp:MaxAge, of two factors if the caller has a second one";

    public static IServiceCollection AddStepUp(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<StepUpOptions, StepUpOptionsValidator>().BindConfiguration(StepUpOptions.SectionName);
        services.AddSingleton<StepUpRule>();
        services.AddScoped<StepUpLock>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Policy, policy => policy.RequireStepUp((rule, caller) => rule.IsMetBy(caller)))
            .AddPolicy(PasswordPolicy, policy => policy.RequireStepUp((rule, caller) => rule.IsMetWithPasswordBy(caller)))
            .AddPolicy(StrengthPolicy, policy => policy.RequireStepUp((_, caller) => StepUpRule.IsStrongEnough(caller.User, caller.Amr)));
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

    /// <summary>Requires that the session of a caller with a second factor is one of two factors, however long ago.</summary>
    public static TBuilder RequireTwoFactors<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(StrengthPolicy);

    /// <summary>Marks a route whose handler asks <see cref="StepUpRule"/> itself, because it depends on the request.</summary>
    /// <param name="condition">The requests that require it, as the end of a sentence: "if …".</param>
    public static TBuilder MayRequireStepUp<TBuilder>(this TBuilder builder, string condition)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ConditionalStepUp(condition));

    /// <summary>Returns whether a policy asks for step-up authentication.</summary>
    public static bool IsPolicy(string? policy) => policy is Policy or PasswordPolicy or StrengthPolicy;

    /// <summary>Returns the sentence that tells callers of a route what it requires, or <see langword="null"/>.</summary>
    public static string? Describe(IReadOnlyCollection<object> metadata)
    {
        var policies = metadata.OfType<IAuthorizeData>().Select(rule => rule.Policy).ToList();
        if (policies.Contains(Policy, StringComparer.Ordinal))
            return $"Requires {Proof}.";

        if (policies.Contains(PasswordPolicy, StringComparer.Ordinal))
            return "Requires, beside the password, a proof of two factors no older than StepUp:MaxAge if the caller has a second one.";

        if (policies.Contains(StrengthPolicy, StringComparer.Ordinal))
            return "Requires a proof of two factors, however old, if the caller has a second one.";

        return metadata.OfType<ConditionalStepUp>().FirstOrDefault() is { } rule ? $"Requires {Proof}, {rule.Condition}." : null;
    }

    private static void RequireStepUp(this AuthorizationPolicyBuilder policy, Func<StepUpRule, CurrentUser, bool> isMet) =>
        policy.RequireAuthenticatedUser().RequireAssertion(context =>
            context.Resource is HttpContext http
            && http.Features.Get<CurrentUser>() is { } caller
            && isMet(http.RequestServices.GetRequiredService<StepUpRule>(), caller));
}

/// <summary>The mark of a route whose handler asks for step-up authentication of some requests.</summary>
/// <param name="Condition">The requests, as the end of a sentence.</param>
internal sealed record ConditionalStepUp(string Condition);
