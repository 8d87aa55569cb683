using Btec.Api.Errors;
using Btec.Data;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Security;

/// <summary>Who may call: bearer tokens of <see cref="AccessTokenIssuer"/>, whose user is looked up on every request.</summary>
public static class BearerAuthentication
{
    /// <summary>How far the clocks of the server that issued a token and the one that reads it may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Whoever does not understand what it lists has to refuse the token (RFC 7515 section 4.1.11); the library does
    /// not look.</summary>
    private const string CriticalHeader = "crit";

    public static IServiceCollection AddBearerAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<IPostConfigureOptions<JwtOptions>, DevelopmentSigningKey>();
        services.AddOptionsWithValidateOnStart<JwtOptions, JwtOptionsValidator>().BindConfiguration(JwtOptions.SectionName);
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<CurrentUserQuery>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<JwtOptions>, TimeProvider>(Configure);
        services.AddAuthorization();
        return services;
    }

    private static void Configure(JwtBearerOptions bearer, IOptions<JwtOptions> jwt, TimeProvider clock)
    {
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidTypes = [AccessTokenIssuer.TokenType],
            ValidIssuer = jwt.Value.Issuer,
            ValidAudience = jwt.Value.Audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            IssuerSigningKey = new SymmetricSecurityKey(jwt.Value.SigningKey!.GetBytes()),
            LifetimeValidator = (notBefore, expires, _, _) => CheckLifetime(notBefore, expires, clock.GetUtcNow()),
        };
        bearer.Events = new JwtBearerEvents
        {
            OnMessageReceived = IgnoreUnaskedToken,
            OnTokenValidated = FindUserAsync,
            OnChallenge = ChallengeAsync,
            OnForbidden = context => ProblemWriter.WriteAsync(context.HttpContext, AuthError.Forbidden),
        };
    }

    /// <exception cref="SecurityTokenExpiredException">The token's time is over.</exception>
    private static bool CheckLifetime(DateTime? notBefore, DateTime? expires, DateTimeOffset now)
    {
        if (expires is null || notBefore - ClockSkew > now.UtcDateTime)
            return false;

        return expires + ClockSkew > now.UtcDateTime ? true : throw new SecurityTokenExpiredException { Expires = expires.Value };
    }

    /// <summary>Where no token is asked for none is read: a probe must not fail with the database that its token would need.</summary>
    private static Task IgnoreUnaskedToken(MessageReceivedContext context)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null)
            context.NoResult();

        return Task.CompletedTask;
    }

    private static async Task FindUserAsync(TokenValidatedContext context)
    {
        var services = context.HttpContext.RequestServices;
        var token = (JsonWebToken)context.SecurityToken;
        if (token.TryGetHeaderValue<object>(CriticalHeader, out _))
        {
            context.Fail("The token has extensions that have to be understood, and are not.");
            return;
        }

        var user = AccessTokenIssuer.ReadUserId(token) is { } id
            ? await services.GetRequiredService<CurrentUserQuery>()
                .FindAsync(services.GetRequiredService<BtecDbContext>(), id, context.HttpContext.RequestAborted)
            : null;

        if (user is { IsActive: true })
            context.HttpContext.Features.Set(new CurrentUser(user));
        else
            context.Fail("The token belongs to nobody who may use it.");
    }

    private static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        return ProblemWriter.WriteAsync(context.HttpContext, context.AuthenticateFailure switch
        {
            null => AuthError.NotAuthenticated,
            SecurityTokenExpiredException => AuthError.TokenExpired,
            _ => AuthError.TokenInvalid,
        });
    }
}
