using System.Globalization;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.RateLimiting;

internal sealed class RateLimitingOptionsValidator : IValidateOptions<RateLimitingOptions>
{
    /// <summary>The highest limit. A larger number is a typing error.</summary>
    private const int MaxLimit = 1_000_000;

    /// <summary>The shortest window: the response headers count in whole seconds.</summary>
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    /// <summary>The longest window: counters live in memory, and a restart clears them.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RateLimitingOptions options)
    {
        var faults = RatePolicy.All.SelectMany(policy => FindFaults(policy.Name, policy.Find(options)))
            .Append(FindFault(nameof(options.SecondFactor), options.SecondFactor.Limit, options.SecondFactor.Window))
            .Append(options.Slowdown.FindFault($"RateLimiting:{nameof(options.Slowdown)}"))
            .Append(options.KnownSlowdown.FindFault($"RateLimiting:{nameof(options.KnownSlowdown)}"))
            .OfType<string>().ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string?> FindFaults(string policy, RatePolicyOptions options) =>
    [
        FindFault($"{policy}:PerAddress", options.PerAddress.Limit, options.PerAddress.Window),
        FindFault($"{policy}:PerSite", options.PerSite.Limit, options.PerSite.Window),
        FindFault($"{policy}:PerNetwork", options.PerNetwork.Limit, options.PerNetwork.Window),
        FindFault($"{policy}:PerAccount", options.PerAccount?.Limit, options.PerAccount?.Window),
    ];

    private static string? FindFault(string setting, int? limit, TimeSpan? window)
    {
        if (limit is < 1 or > MaxLimit)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"RateLimiting:{setting}:Limit must be between 1 and {MaxLimit:N0}, but is {limit}.");
        }

        return window < ShortestWindow || window > LongestWindow
            ? $"RateLimiting:{setting}:Window must be between 1 s and 1 day, but is {window}."
            : null;
    }
}
