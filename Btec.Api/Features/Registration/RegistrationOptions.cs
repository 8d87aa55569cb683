using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Registration;

public sealed class RegistrationOptions
{
    public const string SectionName = "Registration";

    /// <summary>Whoever registers has an account at once.</summary>
    public const string Open = "open";

    /// <summary>Whoever registers has an account once their address is confirmed, and nobody learns who has one.</summary>
    public const string Verified = "verified";

    /// <summary>Nobody registers.</summary>
    public const string Closed = "closed";

    public string Mode { get; set; } = Open;
}

internal sealed class RegistrationOptionsValidator : IValidateOptions<RegistrationOptions>
{
    public ValidateOptionsResult Validate(string? name, RegistrationOptions options) =>
        options.Mode is RegistrationOptions.Open or RegistrationOptions.Verified or RegistrationOptions.Closed
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Registration:Mode is {options.Mode}; it is open, verified or closed.");
}
