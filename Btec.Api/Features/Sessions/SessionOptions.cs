using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Sessions;

public sealed class SessionOptions
{
    public const string SectionName = "Sessions";

    /// <summary>How long a refresh token that nobody uses stays valid.</summary>
    public TimeSpan RefreshIdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long a session lasts however often it is refreshed.</summary>
    public TimeSpan RefreshAbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the last used refresh token still gets its successor again: for an answer that was lost, or a second
    /// tab (RFC 9700 section 4.14.2 leaves the window to the server).</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(30);
}

internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(366);

    /// <summary>A stolen token is as good as its owner's for this long.</summary>
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
