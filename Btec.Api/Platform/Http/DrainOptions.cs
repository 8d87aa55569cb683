using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The settings of <see cref="ServerDrain"/>, under <c>Server</c>.</summary>
internal sealed class DrainOptions
{
    public const string SectionName = "Server";

    /// <summary>The time from the request to stop until no more connections are accepted, at most five minutes. In it the instance is not
    /// ready, and serves as before. Longer than load balancers take to notice, and none by default, for an instance without one.</summary>
    public TimeSpan DrainTime { get; set; }
}

internal sealed class DrainOptionsValidator : IValidateOptions<DrainOptions>
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, DrainOptions options) =>
        options.DrainTime < TimeSpan.Zero || options.DrainTime > Most
            ? ValidateOptionsResult.Fail("Server:DrainTime must be from none (00:00:00) to five minutes.")
            : ValidateOptionsResult.Success;
}
