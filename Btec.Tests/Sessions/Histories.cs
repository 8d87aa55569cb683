using Btec.Tests.Infrastructure;

namespace Btec.Tests.Sessions;

internal enum MoveKind
{
    LogIn,

    /// <summary>The owner exchanges the token that the owner has.</summary>
    Refresh,

    /// <summary>The same, but the answer is lost.</summary>
    LoseAnswer,

    /// <summary>The token before the one that the owner has, from a tab that was a moment slower.</summary>
    SecondTab,

    /// <summary>Any token that there ever was.</summary>
    Replay,

    /// <summary>A thief copies the token that the owner has.</summary>
    Copy,

    /// <summary>A thief exchanges the token that the thief has.</summary>
    RefreshAsThief,
    Wait,

    /// <summary>Until something changes by itself, or just before or after.</summary>
    WaitForDeadline,

    /// <summary>Any access token that there ever was, at users/me.</summary>
    Call,

    /// <summary>The newest access token.</summary>
    CallWithNewest,
    LogOut,
    LogOutOthers,
    LogOutEverywhere,
    RevokeByRefreshToken,
    RevokeByAccessToken,
    Deactivate,
    Activate,
}

/// <param name="Kind">What happens.</param>
/// <param name="Pick">Which session, token or deadline: taken modulo how many there are, so that any move fits any history.</param>
/// <param name="Time">How long, or how far from the deadline.</param>
internal sealed record Move(MoveKind Kind, int Pick, TimeSpan Time)
{
    public override string ToString() => Kind is MoveKind.Wait or MoveKind.WaitForDeadline ? $"{Kind} {Pick} {Time:c}" : $"{Kind} {Pick}";
}

/// <summary>Histories out of seeds, the same on every run.</summary>
internal static class Histories
{
    private const int Picks = 10_000;

    /// <summary>Each as often as it is named here.</summary>
    private static readonly MoveKind[] Kinds =
    [
        .. Enumerable.Repeat(MoveKind.Refresh, 22), .. Enumerable.Repeat(MoveKind.LoseAnswer, 9), .. Enumerable.Repeat(MoveKind.SecondTab, 9),
        .. Enumerable.Repeat(MoveKind.Replay, 5), .. Enumerable.Repeat(MoveKind.Copy, 3), .. Enumerable.Repeat(MoveKind.RefreshAsThief, 6),
        .. Enumerable.Repeat(MoveKind.Wait, 10), .. Enumerable.Repeat(MoveKind.WaitForDeadline, 14), .. Enumerable.Repeat(MoveKind.Call, 12),
        .. Enumerable.Repeat(MoveKind.LogIn, 4), .. Enumerable.Repeat(MoveKind.LogOut, 2), .. Enumerable.Repeat(MoveKind.LogOutOthers, 2),
        MoveKind.LogOutEverywhere, MoveKind.RevokeByRefreshToken, MoveKind.RevokeByAccessToken,
        .. Enumerable.Repeat(MoveKind.Deactivate, 2), .. Enumerable.Repeat(MoveKind.Activate, 4),
    ];

    /// <summary>From the time before a deadline to the time after it.</summary>
    private static readonly TimeSpan[] AroundDeadline =
    [
        TimeSpan.FromSeconds(-1), TimeSpan.FromMicroseconds(-1), TimeSpan.Zero, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1),
    ];

    /// <summary>Anything goes.</summary>
    public static IReadOnlyList<Move> Random(ulong seed, Lifetimes lifetimes)
    {
        ArgumentNullException.ThrowIfNull(lifetimes);
        var noise = new SeededNoise(seed);
        TimeSpan[] waits =
        [
            TimeSpan.FromSeconds(1), lifetimes.Grace / 2, lifetimes.Grace, TimeSpan.FromMinutes(10), lifetimes.Access / 2, lifetimes.Idle / 3,
            lifetimes.Idle - TimeSpan.FromMinutes(1),
        ];
        return [.. Enumerable.Range(0, 6 + noise.Below(15)).Select(_ => noise.Pick(Kinds)).Select(kind => new Move(
            kind,
            noise.Below(Picks),
            kind == MoveKind.Wait ? noise.Pick(waits) : kind == MoveKind.WaitForDeadline ? noise.Pick(AroundDeadline) : TimeSpan.Zero))];
    }

    /// <summary>An owner whose answers get lost and whose tabs race, within the grace window, and who never stays away for the
    /// idle lifetime.</summary>
    public static IReadOnlyList<Move> Honest(ulong seed, Lifetimes lifetimes)
    {
        ArgumentNullException.ThrowIfNull(lifetimes);
        var noise = new SeededNoise(seed);
        var moves = new List<Move>();
        var left = lifetimes.Absolute - TimeSpan.FromMinutes(10);
        for (var round = 0; round < 6; round++)
        {
            var pause = Earlier(noise.Pick([TimeSpan.Zero, TimeSpan.FromMinutes(1), lifetimes.Idle / 4, lifetimes.Idle - TimeSpan.FromMinutes(1)]), left);
            left -= pause;
            moves.Add(new Move(MoveKind.Wait, 0, pause));
            var delay = new Move(MoveKind.Wait, 0, noise.Pick([TimeSpan.Zero, lifetimes.Grace / 2, lifetimes.Grace]));
            var refresh = new Move(MoveKind.Refresh, 0, TimeSpan.Zero);
            var lost = new Move(MoveKind.LoseAnswer, 0, TimeSpan.Zero);
            var tab = new Move(MoveKind.SecondTab, 0, TimeSpan.Zero);
            moves.AddRange(noise.Below(4) switch
            {
                0 => [refresh],
                1 => [lost, delay, refresh],
                2 => [lost, lost, delay, lost, refresh],
                _ => [refresh, delay, tab, tab],
            });
            moves.Add(new Move(MoveKind.CallWithNewest, 0, TimeSpan.Zero));
        }

        return moves;

        static TimeSpan Earlier(TimeSpan wanted, TimeSpan left) => wanted < left ? wanted : TimeSpan.Zero;
    }

    /// <summary>A thief copies a token; thief and owner go on, in any order, at least once each and never both within the grace
    /// window.</summary>
    public static IReadOnlyList<Move> Theft(ulong seed, Lifetimes lifetimes)
    {
        ArgumentNullException.ThrowIfNull(lifetimes);
        var noise = new SeededNoise(seed);
        var apart = new Move(MoveKind.Wait, 0, noise.Pick([lifetimes.Grace + TimeSpan.FromMicroseconds(1), lifetimes.Grace * 2, lifetimes.Idle / 5]));
        var owner = new Move(MoveKind.Refresh, 0, TimeSpan.Zero);
        var thief = new Move(MoveKind.RefreshAsThief, 0, TimeSpan.Zero);
        var (first, second) = noise.Below(2) == 0 ? (owner, thief) : (thief, owner);
        return
        [
            .. Enumerable.Repeat(owner, noise.Below(4)), new Move(MoveKind.Copy, 0, TimeSpan.Zero),
            .. Enumerable.Range(0, 1 + noise.Below(3)).SelectMany(_ => new[] { first, apart }), second,
        ];
    }
}
