using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>A generator of histories from seeds, the same on every run.</summary>
internal static class ClientHistories
{
    private const int Picks = 10_000;

    /// <summary>The kinds of moves, weighted by how often they appear here.</summary>
    private static readonly ClientMoveKind[] Kinds =
    [
        .. Enumerable.Repeat(ClientMoveKind.SignIn, 4), .. Enumerable.Repeat(ClientMoveKind.SignOut, 2),
        .. Enumerable.Repeat(ClientMoveKind.AuthorizeOnline, 6), .. Enumerable.Repeat(ClientMoveKind.AuthorizeOffline, 7),
        .. Enumerable.Repeat(ClientMoveKind.Redeem, 12), ClientMoveKind.RedeemAgain, .. Enumerable.Repeat(ClientMoveKind.Refresh, 6),
        ClientMoveKind.RefreshWithOldToken, ClientMoveKind.WithdrawConsent, ClientMoveKind.DeleteClient, ClientMoveKind.ChangePassword,
        ClientMoveKind.Deactivate, .. Enumerable.Repeat(ClientMoveKind.Activate, 2), .. Enumerable.Repeat(ClientMoveKind.Wait, 6),
    ];

    /// <summary>Durations of which no sum of a few lies within the clock skew of 30 seconds behind a deadline.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(61), TimeSpan.FromMinutes(40), TimeSpan.FromHours(2),
        TimeSpan.FromDays(6), TimeSpan.FromDays(13),
    ];

    /// <summary>Returns a random history. Each begins with a browser in which a client gets a code.</summary>
    public static IReadOnlyList<ClientMove> Random(ulong seed)
    {
        var noise = new SeededNoise(seed);
        var start = noise.Below(2) == 0 ? ClientMoveKind.AuthorizeOnline : ClientMoveKind.AuthorizeOffline;
        return
        [
            new ClientMove(ClientMoveKind.SignIn, 0, TimeSpan.Zero),
            new ClientMove(start, noise.Below(Picks), TimeSpan.Zero),
            new ClientMove(ClientMoveKind.Redeem, 0, TimeSpan.Zero),
            .. Enumerable.Range(0, 8 + noise.Below(12)).Select(_ => noise.Pick(Kinds)).Select(kind => new ClientMove(
                kind, noise.Below(Picks), kind == ClientMoveKind.Wait ? noise.Pick(Waits) : TimeSpan.Zero)),
        ];
    }
}
