using Btec.Data.Accounts;
using Btec.Data.Keys;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The authentication of requests by bearer tokens. The session and the user of a token are looked up on every
/// request.</summary>
internal static class BearerAuthentication
{
    /// <inheritdoc cref="JwtOptions.ClockSkew"/>
    public static readonly TimeSpan ClockSkew = JwtOptions.ClockSkew;

    /// <summary>The policy of routes for superusers.</summary>
    public const string SuperuserPolicy = "superuser";

    public static IServiceCollection AddBearerAuthentication(this IServiceCollection services)
    {
        services.AddSigning();
        services.AddSingleton<SecretKeySource>();
        services.AddSingleton(typeof(DatabaseKeySource<>));
        services.AddSingleton<TokenKeys>();
        services.AddSingleton<TokenSigner>();
        services.AddClientTokens();
        services.AddSingleton<LastSeenWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<LastSeenWriter>());
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<AccessTokenKeys>();
        services.AddSingleton<AccessTokenReader>();
        services.AddSingleton<AccessTokenCache>();
        services.AddSingleton<CurrentUserQuery>();
        services.AddScheme();
        services.AddAuthorizationBuilder().AddPolicy(
            SuperuserPolicy,
            policy => policy.RequireAuthenticatedUser().RequireAssertion(
                context => context.Resource is HttpContext http && http.Features.Get<CurrentUser>() is { User.IsSuperuser: true }));
        services.AddScoped<SuperuserCheck>();
        services.AddStepUp();
        return services;
    }

    /// <summary>Reads an access token where a caller sends one. The endpoint finds its user as the feature
    /// <see cref="CurrentUser"/>, or none.</summary>
    public static TBuilder AllowAccessToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(OptionalAccessToken.Instance);

    private static void AddClientTokens(this IServiceCollection services)
    {
        services.AddSingleton<ClientTokenIssuer>();
        services.AddSingleton<IdTokenIssuer>();
        services.AddSingleton<LogoutTokenIssuer>();
        services.AddSingleton<IdTokenReader>();
    }

    /// <summary>Adds the scheme without two parts of AddAuthentication: data-protection keys, which no cookie needs here, and the
    /// configuration section Authentication, because <see cref="JwtOptions"/> holds all settings of tokens.</summary>
    private static void AddScheme(this IServiceCollection services)
    {
        services.AddAuthenticationCore(authentication =>
        {
            authentication.DefaultScheme = BearerHandler.Scheme;
            authentication.AddScheme<BearerHandler>(BearerHandler.Scheme, displayName: null);
        });
        services.AddTransient<BearerHandler>();
    }
}
