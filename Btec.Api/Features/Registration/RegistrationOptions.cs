using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Registration;

/// <summary>The settings of registration.</summary>
internal sealed class RegistrationOptions
{
    public const string SectionName = "Registration";

    /// <summary>The mode in which an account works at once.</summary>
    public const string Open = "open";

    /// <summary>The mode in which an account is created when its address is confirmed, so that nobody learns who has
    /// one.</summary>
    public const string Verified = "verified";

    /// <summary>The mode in which only superusers create accounts.</summary>
    public const string Closed = "closed";

    /// <summary>The mode: <see cref="Open"/>, <see cref="Verified"/> or <see cref="Closed"/>.</summary>
    public string Mode { get; set; } = Open;
}

internal sealed class RegistrationOptionsValidator : IValidateOptions<RegistrationOptions>
{
    public ValidateOptionsResult Validate(string? name, RegistrationOptions options) =>
        options.Mode is RegistrationOptions.Open or RegistrationOptions.Verified or RegistrationOptions.Closed
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Registration:Mode must be open, verified or closed, but is {options.Mode}.");
}
