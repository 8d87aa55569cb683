using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Sessions;

/// <summary>The settings of sessions and refresh tokens.</summary>
public sealed class SessionOptions
{
    public const string SectionName = "Sessions";

    /// <summary>The time after which an unused refresh token expires: from 1 second to <see cref="RefreshAbsoluteLifetime"/>.
    /// The default is 14 days (docs/contract.md).</summary>
    public TimeSpan RefreshIdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>The longest lifetime of a session, however often it is refreshed: from 1 second to 366 days. The default is 30
    /// days (docs/contract.md).</summary>
    public TimeSpan RefreshAbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The time in which the last used refresh token still gets the same successor, because the answer may have been
    /// lost or a second tab may refresh too: from 0 to 5 minutes. The default is 30 seconds (docs/contract.md).</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(30);
}

internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    /// <summary>The shortest lifetime. An estimate: it refuses zero and negative values.</summary>
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    /// <summary>The longest lifetime of a session. An estimate: it catches a mistyped number of days.</summary>
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(366);

    /// <summary>The longest grace window. An estimate: within the window a stolen token works as well as its owner's.</summary>
    private static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        if (options.RefreshAbsoluteLifetime < MinLifetime || options.RefreshAbsoluteLifetime > MaxLifetime)
        {
            return ValidateOptionsResult.Fail(
                $"Sessions:RefreshAbsoluteLifetime must be between {MinLifetime} and {MaxLifetime}, "
                + $"but is {options.RefreshAbsoluteLifetime}.");
        }

        if (options.RefreshIdleLifetime < MinLifetime || options.RefreshIdleLifetime > options.RefreshAbsoluteLifetime)
        {
            return ValidateOptionsResult.Fail(
                $"Sessions:RefreshIdleLifetime must be between {MinLifetime} and Sessions:RefreshAbsoluteLifetime "
                + $"({options.RefreshAbsoluteLifetime}), but is {options.RefreshIdleLifetime}.");
        }

        return options.RefreshGrace >= TimeSpan.Zero && options.RefreshGrace <= MaxGrace
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Sessions:RefreshGrace must be between {TimeSpan.Zero} and {MaxGrace}, but is {options.RefreshGrace}.");
    }
}
