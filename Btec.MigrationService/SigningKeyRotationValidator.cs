using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Refuses the rotation of a shared secret, which is a setting and not in the database.</summary>
internal sealed class SigningKeyRotationValidator : IValidateOptions<JwtOptions>
{
    public ValidateOptionsResult Validate(string? name, JwtOptions options) =>
        options.Algorithm == JwtOptions.Hs256
            ? ValidateOptionsResult.Fail("Jwt:Algorithm is HS256, which has no key to rotate. Change Jwt:SigningKey instead.")
            : ValidateOptionsResult.Success;
}
