using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Sessions;

/// <summary>The settings of sessions.</summary>
public sealed class SessionOptions
{
    public const string SectionName = "Sessions";

    /// <summary>The lifetime of an unused refresh token, 14 days by default (docs/contract.md, section 3).</summary>
    public TimeSpan RefreshIdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>The lifetime of a session however often it is refreshed, 30 days by default (docs/contract.md, section 3).</summary>
    public TimeSpan RefreshAbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The time within which the last used refresh token returns the same successor again, for a lost answer or a second tab. RFC
    /// 9700 section 4.14.2 leaves it to the server.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(30);
}

internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(366);

    /// <summary>The longest grace. Within it a stolen token works beside the owner's.</summary>
    private static readonly TimeSpan LongestGrace = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        if (options.RefreshAbsoluteLifetime < TimeSpan.FromSeconds(1) || options.RefreshAbsoluteLifetime > LongestLifetime)
        {
            return ValidateOptionsResult.Fail(
                $"Sessions:RefreshAbsoluteLifetime is {options.RefreshAbsoluteLifetime}; it goes from 1 s to {LongestLifetime.TotalDays} days.");
        }

        if (options.RefreshIdleLifetime < TimeSpan.FromSeconds(1) || options.RefreshIdleLifetime > options.RefreshAbsoluteLifetime)
        {
            return ValidateOptionsResult.Fail(
                $"Sessions:RefreshIdleLifetime is {options.RefreshIdleLifetime}; it goes from 1 s to Sessions:RefreshAbsoluteLifetime.");
        }

        return options.RefreshGrace >= TimeSpan.Zero && options.RefreshGrace <= LongestGrace
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Sessions:RefreshGrace is {options.RefreshGrace}; it goes from 0 to {LongestGrace}.");
    }
}
