using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Webhooks;

/// <summary>The settings of webhooks.</summary>
internal sealed class WebhookOptions
{
    public const string SectionName = "Webhooks";

    /// <summary>Gets or sets a value that allows webhooks at addresses outside the public internet, in Development only.</summary>
    public bool AllowPrivateNetworks { get; set; }
}

internal sealed class WebhookOptionsValidator(IHostEnvironment environment) : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options) =>
        options.AllowPrivateNetworks && !environment.IsDevelopment()
            ? ValidateOptionsResult.Fail("Webhooks:AllowPrivateNetworks can be true only in Development.")
            : ValidateOptionsResult.Success;
}
