using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>Refuses a signing key that can be guessed: in Production whatever is not random, everywhere what has a line end
/// within.</summary>
internal sealed class SigningKeyStrengthValidator(IHostEnvironment environment) : IValidateOptions<JwtOptions>
{
    public ValidateOptionsResult Validate(string? name, JwtOptions options)
    {
        if (options.SigningKey?.Reveal() is not { } key)
            return ValidateOptionsResult.Success;

        if (key.AsSpan().ContainsAny('\r', '\n'))
            return ValidateOptionsResult.Fail("Jwt:SigningKey has several lines. Set it to one line.");

        return environment.IsProduction() && SigningKeyStrength.EstimateBits(key) < SigningKeyStrength.MinBits
            ? ValidateOptionsResult.Fail(
                "Jwt:SigningKey can be guessed: it repeats itself, or is made of words or sequences. "
                + "Use a random secret, for example from: openssl rand -base64 32")
            : ValidateOptionsResult.Success;
    }
}
