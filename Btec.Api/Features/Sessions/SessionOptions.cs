using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Sessions;

/// <summary>The settings of sessions and refresh tokens.</summary>
internal sealed class SessionOptions
{
    public const string SectionName = "Sessions";

    /// <summary>The time after which an unused refresh token expires, from 1 second to <see cref="RefreshAbsoluteLifetime"/>. The
    /// default of 14 days is from docs/contract.md.</summary>
    public TimeSpan RefreshIdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>The time after which a session ends however often it is refreshed, from 1 second to 366 days. The default of
    /// 30 days is from docs/contract.md.</summary>
    public TimeSpan RefreshAbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The time for which the last used refresh token still gets the same successor, because the answer may have
    /// been lost or a second tab may have refreshed too; from 0 to 5 minutes. The default of 30 seconds is from
    /// docs/contract.md.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of living sessions of a user, from 1 to <see cref="SessionRevocation.MaxMarked"/>; a login beyond it ends the
    /// one that was used longest ago. The default of 100 is from docs/contract.md.</summary>
    public int MaxPerUser { get; set; } = 100;
}

internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);

    /// <summary>The longest life of a session: one year, also a leap year. It catches a mistyped unit; no standard sets
    /// it.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(366);

    /// <summary>The longest grace window: 5 minutes. Within it a stolen token that was just used is not recognized as stolen,
    /// so it must stay short; no standard sets it.</summary>
    private static readonly TimeSpan LongestGrace = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        if (options.RefreshAbsoluteLifetime < ShortestLifetime || options.RefreshAbsoluteLifetime > LongestLifetime)
        {
            return ValidateOptionsResult.Fail(
                $"Sessions:RefreshAbsoluteLifetime must be between {ShortestLifetime} and {LongestLifetime}, but is "
                + $"{options.RefreshAbsoluteLifetime}.");
        }

        if (options.RefreshIdleLifetime < ShortestLifetime || options.RefreshIdleLifetime > options.RefreshAbsoluteLifetime)
        {
            return ValidateOptionsResult.Fail(
                $"Sessions:RefreshIdleLifetime must be between {ShortestLifetime} and Sessions:RefreshAbsoluteLifetime "
                + $"({options.RefreshAbsoluteLifetime}), but is {options.RefreshIdleLifetime}.");
        }

        if (options.RefreshGrace < TimeSpan.Zero || options.RefreshGrace > LongestGrace)
        {
            return ValidateOptionsResult.Fail(
                $"Sessions:RefreshGrace must be between {TimeSpan.Zero} and {LongestGrace}, but is {options.RefreshGrace}.");
        }

        return options.MaxPerUser is >= 1 and <= SessionRevocation.MaxMarked
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Sessions:MaxPerUser must be between 1 and {SessionRevocation.MaxMarked}.");
    }
}
