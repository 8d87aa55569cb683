namespace Btec.Tests.Sessions;

/// <summary>The lifetimes that a history runs under.</summary>
internal sealed record Lifetimes(TimeSpan Idle, TimeSpan Absolute, TimeSpan Grace, TimeSpan Access)
{
    public static readonly Lifetimes Default = new(TimeSpan.FromDays(14), TimeSpan.FromDays(30), TimeSpan.FromSeconds(30), TimeSpan.FromDays(8));

    /// <summary>Lifetimes under which access tokens outlive idle refresh tokens.</summary>
    public static readonly Lifetimes LongAccess = new(TimeSpan.FromHours(2), TimeSpan.FromHours(7), TimeSpan.FromSeconds(10), TimeSpan.FromHours(4));

    public Dictionary<string, string?> ToSettings() => new(StringComparer.Ordinal)
    {
        ["Sessions:RefreshIdleLifetime"] = $"{Idle:c}",
        ["Sessions:RefreshAbsoluteLifetime"] = $"{Absolute:c}",
        ["Sessions:RefreshGrace"] = $"{Grace:c}",
        ["Jwt:AccessTokenLifetime"] = $"{Access:c}",
    };
}
