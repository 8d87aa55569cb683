using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>How often routes may be asked. People behind one address are many: a school, an office, a carrier's NAT. One account is
/// one person.</summary>
public sealed class RateLimitingOptions
{
    public const string SectionName = "RateLimiting";

    /// <summary>Whether anything is limited or slowed down at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>By account far below what finds a password that is on no list of common ones; networks of the owner pass.</summary>
    public RatePolicyOptions Login { get; set; } = new(perAddress: (60, Minutes(1)), perAccount: (30, Minutes(15)));

    /// <summary>A class of thirty may register at once.</summary>
    public RatePolicyOptions Register { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (5, Hours(1)));

    /// <summary>By token: one is exchanged once, and again by a second tab.</summary>
    public RatePolicyOptions Refresh { get; set; } = new(perAddress: (300, Minutes(1)), perAccount: (30, Minutes(1)));

    /// <summary>Each is a mail to somebody who may not have asked for it.</summary>
    public RatePolicyOptions Recovery { get; set; } = new(perAddress: (30, Hours(1)), perAccount: (5, Hours(1)));

    /// <summary>By link.</summary>
    public RatePolicyOptions Reset { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    public RatePolicyOptions Verification { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (5, Hours(1)));

    /// <summary>By link.</summary>
    public RatePolicyOptions Confirmation { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    public RatePolicyOptions EmailChange { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    public RatePolicyOptions PasswordChange { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    public BackoffOptions Slowdown { get; set; } = new();

    private static TimeSpan Minutes(int count) => TimeSpan.FromMinutes(count);

    private static TimeSpan Hours(int count) => TimeSpan.FromHours(count);
}

/// <summary>The limits of one policy.</summary>
public sealed class RatePolicyOptions((int Limit, TimeSpan Window) perAddress, (int Limit, TimeSpan Window) perAccount)
{
    public QuotaOptions PerAddress { get; set; } = new(perAddress.Limit, perAddress.Window);

    public QuotaOptions PerAccount { get; set; } = new(perAccount.Limit, perAccount.Window);
}

/// <summary>One limit.</summary>
public sealed class QuotaOptions(int limit, TimeSpan window)
{
    public int Limit { get; set; } = limit;

    public TimeSpan Window { get; set; } = window;

    public Quota ToQuota() => new(Limit, Window);
}

internal sealed class RateLimitingOptionsValidator : IValidateOptions<RateLimitingOptions>
{
    /// <summary>More than one process answers in a day: a typing error.</summary>
    private const int MaxLimit = 1_000_000;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);
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
            return $"RateLimiting:{setting}:Limit is {quota.Limit}; it goes from 1 to {MaxLimit}.";

        return quota.Window < ShortestWindow || quota.Window > LongestWindow
            ? $"RateLimiting:{setting}:Window is {quota.Window}; it goes from {ShortestWindow} to {LongestWindow}."
            : null;
    }
}
