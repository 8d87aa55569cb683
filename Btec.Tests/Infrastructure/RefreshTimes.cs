namespace Btec.Tests.Infrastructure;

/// <summary>The times that decide how a refresh token is answered.</summary>
internal static class RefreshTimes
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The smallest difference that both databases store.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);
}
