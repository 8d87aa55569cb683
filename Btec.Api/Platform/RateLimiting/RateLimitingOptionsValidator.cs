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
        var faults = RatePolicy.All.SelectMany(policy => new[]
        {
            FindFault($"{policy.Name}:PerAddress", policy.Find(options).PerAddress),
            FindFault($"{policy.Name}:PerAccount", policy.Find(options).PerAccount),
        }).Append(options.Slowdown.FindFault()).OfType<string>().ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string? FindFault(string setting, QuotaOptions quota)
    {
        if (quota.Limit is < 1 or > MaxLimit)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"RateLimiting:{setting}:Limit must be between 1 and {MaxLimit:N0}, but is {quota.Limit}.");
        }

        return quota.Window < ShortestWindow || quota.Window > LongestWindow
            ? $"RateLimiting:{setting}:Window must be between 1 s and 1 day, but is {quota.Window}."
            : null;
    }
}
