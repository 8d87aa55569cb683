using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>The settings of access tokens.</summary>
public sealed class JwtOptions
{
    public const string SectionName = "Jwt";

    /// <summary>HMAC with SHA-256 under the configured secret (RFC 7518 section 3.2).</summary>
    public const string Hs256 = "HS256";

    /// <summary>ECDSA with P-256 and SHA-256 (RFC 7518 section 3.4).</summary>
    public const string Es256 = "ES256";

    /// <summary>RSA with PKCS #1 v1.5 and SHA-256 (RFC 7518 section 3.3), of id tokens and of what other services verify under
    /// HS256.</summary>
    public const string Rs256 = "RS256";

    /// <summary>The <c>iss</c> of tokens if neither <c>Jwt:Issuer</c> nor <c>PublicUrl</c> is set.</summary>
    public const string DefaultIssuer = "btec";

    /// <summary>The largest tolerated difference between the clocks of the server that issued a token and of the one that
    /// validates it: 30 seconds (docs/contract.md).</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private bool _isPublicUrl;

    /// <summary>The secret. Its UTF-8 bytes are the key of HS256, and other keys are derived from it.</summary>
    public Secret? SigningKey { get; set; }

    /// <summary>The secrets that were <see cref="SigningKey"/> before. What they have signed, encrypted and authenticated stays
    /// valid; nothing new uses them. An empty entry counts as none.</summary>
    public IList<Secret?> PreviousSigningKeys { get; } = [];

    /// <summary>The signature algorithm, <c>HS256</c> or <c>ES256</c>. With ES256 other services need only the published keys to
    /// verify tokens.</summary>
    public string Algorithm { get; set; } = Hs256;

    /// <summary>The <c>iss</c> of tokens and of the metadata. <see cref="IssuerDefault"/> sets it if the configuration does
    /// not.</summary>
    public string? Issuer { get; set; }

    public string Audience { get; set; } = "btec-api";

    /// <summary>The lifetime of an access token, from 1 second to 366 days. The default, 8 days, comes from the API
    /// contract.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromDays(8);

    /// <summary>Returns the current secret, followed by the previous ones.</summary>
    public IReadOnlyList<Secret> ListSecrets() => [SigningKey!, .. PreviousSigningKeys.OfType<Secret>()];

    /// <summary>Returns the issuer of tokens from before <c>PublicUrl</c> became the default, which stay valid until they expire, or
    /// <see langword="null"/> if the issuer is another one.</summary>
    public string? FindFormerIssuer() => _isPublicUrl ? DefaultIssuer : null;

    /// <summary>Sets the issuer, unless it is configured.</summary>
    internal void SetDefaultIssuer(string? publicUrl)
    {
        if (Issuer is not null)
            return;

        _isPublicUrl = !string.IsNullOrWhiteSpace(publicUrl);
        Issuer = _isPublicUrl ? publicUrl!.TrimEnd('/') : DefaultIssuer;
    }
}

internal sealed class JwtOptionsValidator : IValidateOptions<JwtOptions>
{
    /// <summary>The longest lifetime: a leap year. An estimate; a longer one is a typing error rather than a wish.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(366);

    public ValidateOptionsResult Validate(string? name, JwtOptions options) =>
        FindFault(options) is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;

    private static string? FindFault(JwtOptions options)
    {
        if (options.Algorithm is not (JwtOptions.Hs256 or JwtOptions.Es256))
            return $"Jwt:Algorithm is {options.Algorithm}. Use HS256 or ES256.";

        if (string.IsNullOrWhiteSpace(options.Issuer))
            return "Jwt:Issuer is empty.";

        if (string.IsNullOrWhiteSpace(options.Audience))
            return "Jwt:Audience is empty.";

        return options.AccessTokenLifetime >= TimeSpan.FromSeconds(1) && options.AccessTokenLifetime <= LongestLifetime
            ? null
            : $"Jwt:AccessTokenLifetime is {options.AccessTokenLifetime}. Use 1 second to {LongestLifetime.TotalDays} days.";
    }
}

/// <summary>Registers the signing of tokens.</summary>
public static class JwtOptionsExtensions
{
    /// <summary>Registers <see cref="JwtOptions"/>, validated at start, the derived keys and the signing keys.</summary>
    public static IServiceCollection AddSigning(this IServiceCollection services)
    {
        services.AddSingleton<IPostConfigureOptions<JwtOptions>, DevelopmentSigningKey>();
        services.AddSingleton<IPostConfigureOptions<JwtOptions>, IssuerDefault>();
        services.AddOptionsWithValidateOnStart<JwtOptions, JwtOptionsValidator>().BindConfiguration(JwtOptions.SectionName);
        services.AddSingleton<IValidateOptions<JwtOptions>, SigningKeyValidator>();
        services.AddSingleton<DerivedKeys>();
        services.AddSingleton(provider => new SigningKeyVault(provider.GetRequiredService<DerivedKeys>().SigningKeyEncryption));
        services.AddScoped(typeof(SigningKeySchedule<>));
        services.AddScoped<SigningKeyRollover>();
        services.AddScoped<SigningKeyRevocation>();
        return services;
    }
}
