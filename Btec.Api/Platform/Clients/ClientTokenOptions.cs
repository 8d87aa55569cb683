using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Clients;

/// <summary>The settings of the tokens of clients, under <c>OAuth</c>.</summary>
internal sealed class ClientTokenOptions
{
    public const string SectionName = "OAuth";

    /// <summary>The lifetime of an access token of a client: one hour by default (the API contract), one second to 366 days.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Checks the settings of the tokens of clients when the process starts.</summary>
internal sealed class ClientTokenOptionsValidator : IValidateOptions<ClientTokenOptions>
{
    public ValidateOptionsResult Validate(string? name, ClientTokenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AccessTokenLifetime >= TimeSpan.FromSeconds(1) && options.AccessTokenLifetime <= TimeSpan.FromDays(366)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("OAuth:AccessTokenLifetime must be from one second to 366 days.");
    }
}
