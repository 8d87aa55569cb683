using Btec.Tests.Infrastructure;

namespace Btec.Tests.Sessions;

/// <summary>A generator of histories from seeds, the same on every run.</summary>
internal static class Histories
{
    private const int Picks = 10_000;

    /// <summary>The kinds of moves, weighted by how often they appear here.</summary>
    private static readonly MoveKind[] Kinds =
    [
        .. Enumerable.Repeat(MoveKind.Refresh, 22), .. Enumerable.Repeat(MoveKind.LoseAnswer, 9), .. Enumerable.Repeat(MoveKind.SecondTab, 9),
        .. Enumerable.Repeat(MoveKind.Replay, 5), .. Enumerable.Repeat(MoveKind.Copy, 3), .. Enumerable.Repeat(MoveKind.RefreshAsThief, 6),
        .. Enumerable.Repeat(MoveKind.Wait, 10), .. Enumerable.Repeat(MoveKind.WaitForDeadline, 14), .. Enumerable.Repeat(MoveKind.Call, 12),
        .. Enumerable.Repeat(MoveKind.LogIn, 4), .. Enumerable.Repeat(MoveKind.LogOut, 2), .. Enumerable.Repeat(MoveKind.LogOutOthers, 3),
        .. Enumerable.Repeat(MoveKind.StepUp, 4), .. Enumerable.Repeat(MoveKind.LogOutEverywhere, 2), MoveKind.RevokeByRefreshToken,
        MoveKind.RevokeByAccessToken,
        .. Enumerable.Repeat(MoveKind.Deactivate, 2), .. Enumerable.Repeat(MoveKind.Activate, 4),
    ];

    /// <summary>Offsets from just before a deadline to just after it.</summary>
    private static readonly TimeSpan[] AroundDeadline =
    [
        TimeSpan.FromSeconds(-1), TimeSpan.FromMicroseconds(-1), TimeSpan.Zero, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1),
    ];

    /// <summary>Returns a random history.</summary>
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

    /// <summary>Returns the history of an owner who loses responses and whose tabs race, within the grace window, and who is
    /// never idle for the idle lifetime.</summary>
    public static IReadOnlyList<Move> Honest(ulong seed, Lifetimes lifetimes)
    {
        ArgumentNullException.ThrowIfNull(lifetimes);
        var noise = new SeededNoise(seed);
        var moves = new List<Move>();
        var left = lifetimes.Absolute - TimeSpan.FromMinutes(10);
        for (var round = 0; round < 6; round++)
        {
            TimeSpan[] pauses = [TimeSpan.Zero, TimeSpan.FromMinutes(1), lifetimes.Idle / 4, lifetimes.Idle - TimeSpan.FromMinutes(1)];
            var pause = Earlier(noise.Pick(pauses), left);
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

    /// <summary>Returns a history in which a thief copies a token. Then thief and owner both refresh, in any order and never
    /// within the same grace window.</summary>
    public static IReadOnlyList<Move> Theft(ulong seed, Lifetimes lifetimes)
    {
        ArgumentNullException.ThrowIfNull(lifetimes);
        var noise = new SeededNoise(seed);
        TimeSpan[] waits = [lifetimes.Grace + TimeSpan.FromMicroseconds(1), lifetimes.Grace * 2, lifetimes.Idle / 5];
        var apart = new Move(MoveKind.Wait, 0, noise.Pick(waits));
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
