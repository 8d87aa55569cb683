using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Passkeys;

/// <summary>The registration of the services of passkeys.</summary>
internal static class PasskeyServices
{
    public static IServiceCollection AddPasskeys(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PasskeyOptions, PasskeyOptionsValidator>().Configure<IConfiguration>(Bind);
        services.AddSingleton(provider => RelyingParty.From(
            provider.GetRequiredService<IOptions<PasskeyOptions>>().Value,
            provider.GetRequiredService<IOptions<PublicAddressOptions>>().Value,
            provider.GetRequiredService<IHostEnvironment>()));
        services.AddSingleton<PasskeyCeremonies>();
        services.AddScoped<PasskeyChallenges>();
        services.AddScoped<PasskeyAssertions>();
        services.AddScoped<PasskeyRegistrationService>();
        services.AddScoped<PasskeyService>();
        services.AddScoped<PasskeyLoginService>();
        return services;
    }

    /// <summary>Answers that the route does not exist if passkeys are not configured.</summary>
    public static RouteHandlerBuilder RequirePasskeys(this RouteHandlerBuilder builder) => builder.AddEndpointFilter((context, next) =>
        context.HttpContext.RequestServices.GetRequiredService<RelyingParty>().IsConfigured
            ? next(context)
            : ValueTask.FromResult<object?>(AuthError.NotFound.ToProblem()));

    private static void Bind(PasskeyOptions options, IConfiguration configuration)
    {
        var section = configuration.GetSection(PasskeyOptions.SectionName);
        options.RelyingPartyId = section[nameof(PasskeyOptions.RelyingPartyId)];
        options.RelyingPartyName = section[nameof(PasskeyOptions.RelyingPartyName)];
        foreach (var origin in WebOrigin.ReadList(section.GetSection(nameof(PasskeyOptions.Origins))))
            options.Origins.Add(origin);
    }
}
