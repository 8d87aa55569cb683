namespace Btec.Tests.Infrastructure;

/// <summary>The times that decide what becomes of a refresh token.</summary>
internal static class RefreshTimes
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time that both databases tell apart.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);
}
