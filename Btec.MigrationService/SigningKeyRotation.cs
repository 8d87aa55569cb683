using System.Globalization;
using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Makes a new signing key at once, for an operator who does not want to wait for the old one's age.</summary>
internal sealed class SigningKeyRotation(SigningKeySchedule schedule, DatabaseWait wait, TimeProvider clock)
{
    /// <summary>Tells the id of the new key and its first moment, and nothing secret.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var key = await wait.RunAsync(() => schedule.RotateAsync(clock.GetUtcNow(), cancellationToken), cancellationToken);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Key {key.KeyId} is published now, and signs from {key.ActiveFrom:yyyy-MM-ddTHH:mm:ssZ} on."));
    }
}

/// <summary>A shared secret is not in the database: it is rotated where it is configured.</summary>
internal sealed class RotationValidator : IValidateOptions<JwtOptions>
{
    public ValidateOptionsResult Validate(string? name, JwtOptions options) =>
        options.Algorithm == JwtOptions.Hs256
            ? ValidateOptionsResult.Fail("Jwt:Algorithm is HS256, which has no key to rotate: give Jwt:SigningKey another value instead.")
            : ValidateOptionsResult.Success;
}

internal static class SigningKeyRotationExtensions
{
    public static IServiceCollection AddSigningKeyRotation(this IServiceCollection services)
    {
        services.AddSigning();
        services.AddSingleton<IValidateOptions<JwtOptions>, RotationValidator>();
        services.AddScoped<SigningKeyRotation>();
        return services;
    }
}
