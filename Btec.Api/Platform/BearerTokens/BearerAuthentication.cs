using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The authentication of requests by bearer tokens. The session and the user of a token are looked up on every
/// request.</summary>
internal static partial class BearerAuthentication
{
    /// <inheritdoc cref="JwtOptions.ClockSkew"/>
    public static readonly TimeSpan ClockSkew = JwtOptions.ClockSkew;

    /// <summary>The policy of routes for superusers.</summary>
    public const string SuperuserPolicy = "superuser";

    /// <summary>The claim with the scopes of a client's token (RFC 9068 section 2.2.3).</summary>
    private const string ScopeClaim = "scope";

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
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<AccessTokenReader, AccessTokenCache>(Configure);
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
        services.AddSingleton<IdTokenHints>();
    }

    /// <summary>Adds JWT bearer authentication without two parts of AddAuthentication: data-protection keys, which no cookie
    /// needs here, and the configuration section Authentication, because <see cref="JwtOptions"/> holds all settings of
    /// tokens.</summary>
    private static void AddScheme(this IServiceCollection services)
    {
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddJwtBearer();
        services.RemoveAll<IConfigureOptions<JwtBearerOptions>>();
    }

    private static void Configure(JwtBearerOptions bearer, AccessTokenReader tokens, AccessTokenCache cache)
    {
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.TokenValidationParameters = tokens.Rules;
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(cache);
        bearer.Events = new JwtBearerEvents
        {
            OnMessageReceived = PrepareAsync,
            OnTokenValidated = FindUserAsync,
            OnChallenge = ChallengeAsync,
            OnForbidden = context => StepUpRule.WriteRefusalAsync(context.HttpContext),
        };
    }

    /// <summary>Ignores the token on routes that do not use it, so that a probe does not fail with the database. Otherwise it
    /// refreshes the keys, because validation reads them synchronously.</summary>
    private static async Task PrepareAsync(MessageReceivedContext context)
    {
        var route = context.HttpContext.GetEndpoint()?.Metadata;
        if (route?.GetMetadata<IAuthorizeData>() is null && route?.GetMetadata<OptionalAccessToken>() is null)
            context.NoResult();
        else if (context.Request.Headers.Authorization is [{ } header, ..])
            await context.HttpContext.RequestServices.GetRequiredService<AccessTokenKeys>()
                .LoadAsync(header, context.HttpContext.RequestAborted);
    }

    private static async Task FindUserAsync(TokenValidatedContext context)
    {
        var services = context.HttpContext.RequestServices;
        var holder = AccessTokenReader.Identify((JsonWebToken)context.SecurityToken);
        context.HttpContext.Features.Set(holder);
        // The clock skew applies to the session too. Otherwise a token that ends with its session would be refused as invalid
        // at first, and only after the skew as expired.
        var session = holder is not null
            ? await services.GetRequiredService<CurrentUserQuery>().FindAsync(
                services.GetRequiredService<BtecDbContext>,
                holder.SessionId,
                holder.UserId,
                services.GetRequiredService<TimeProvider>().GetUtcNow() - ClockSkew,
                context.HttpContext.RequestAborted)
            : null;

        if (session is null || !holder!.IsOf(session))
        {
            context.Fail("The token does not belong to an active session, or its user has another address now.");
            return;
        }

        var client = session.ClientId is { } clientId
            ? await services.GetRequiredService<ClientRegistry>().FindAsync(clientId, context.HttpContext.RequestAborted)
            : null;
        if (session.ClientId is not null && client is null)
        {
            context.Fail("The client of the token is not registered any more.");
            return;
        }

        var caller = new CurrentUser(session, client, context.Principal?.FindFirst(ScopeClaim)?.Value);
        context.HttpContext.Features.Set(caller);
        services.GetRequiredService<LastSeenWriter>().Report(caller);
    }

    /// <summary>Answers 401. <see cref="WwwAuthenticate"/> is the header.</summary>
    private static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var error = context.AuthenticateFailure switch
        {
            null => AuthError.NotAuthenticated,
            SecurityTokenExpiredException => AuthError.TokenExpired,
            _ => AuthError.TokenInvalid,
        };
        if (error != AuthError.NotAuthenticated)
        {
            var logger = context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>()
                .CreateLogger(typeof(BearerAuthentication));
            LogRefused(logger, error.Code, context.HttpContext.Features.Get<TokenHolder>()?.SessionId);
        }

        return ProblemWriter.WriteAsync(context.HttpContext, error);
    }

    /// <summary>Logs a refusal. The session is known only for tokens that were signed here and have not expired.</summary>
    [LoggerMessage(LogLevel.Information, "Access refused: {Code}, session {SessionId}.")]
    private static partial void LogRefused(ILogger logger, string code, Guid? sessionId);
}
