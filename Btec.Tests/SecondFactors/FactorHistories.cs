using Btec.Tests.Infrastructure;

namespace Btec.Tests.SecondFactors;

/// <summary>A generator of histories from seeds, the same on every run.</summary>
internal static class FactorHistories
{
    private const int Picks = 10_000;

    /// <summary>The kinds of moves, weighted by how often they appear here.</summary>
    private static readonly FactorMoveKind[] Kinds =
    [
        .. Enumerable.Repeat(FactorMoveKind.LogIn, 4), .. Enumerable.Repeat(FactorMoveKind.LogInWithCode, 5), FactorMoveKind.GuessPassword,
        .. Enumerable.Repeat(FactorMoveKind.Answer, 7), .. Enumerable.Repeat(FactorMoveKind.StepUp, 5),
        .. Enumerable.Repeat(FactorMoveKind.StepUpWithPassword, 2), FactorMoveKind.GuessPasswordAtStepUp,
        .. Enumerable.Repeat(FactorMoveKind.AddAuthenticator, 3), .. Enumerable.Repeat(FactorMoveKind.ConfirmAuthenticator, 4),
        .. Enumerable.Repeat(FactorMoveKind.RemoveAuthenticator, 2), .. Enumerable.Repeat(FactorMoveKind.CreateRecoveryCodes, 2),
        FactorMoveKind.ListFactors, FactorMoveKind.Refresh, FactorMoveKind.ChangePassword, FactorMoveKind.Reset,
        FactorMoveKind.SuperuserRemovesFactors, .. Enumerable.Repeat(FactorMoveKind.SuperuserMoves, 2), .. Enumerable.Repeat(FactorMoveKind.Wait, 8),
    ];

    private static readonly ProofKind[] Codes =
    [
        .. Enumerable.Repeat(ProofKind.Code, 6), ProofKind.CodeAhead, ProofKind.CodeBehind, ProofKind.OldCode, ProofKind.WrongCode,
    ];

    private static readonly ProofKind[] Proofs =
        [.. Codes, .. Enumerable.Repeat(ProofKind.RecoveryCode, 3), ProofKind.WrongRecoveryCode];

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(299),
        TimeSpan.FromSeconds(301), TimeSpan.FromSeconds(601),
    ];

    /// <summary>The owner of the new address takes the account over.</summary>
    private static readonly FactorMove[] TakeOver = [new(FactorMoveKind.Reset, 1, ProofKind.Code, TimeSpan.Zero)];

    /// <summary>The user logs in under the new address and tries to add an authenticator.</summary>
    private static readonly FactorMove[] AddUnconfirmed =
    [
        new(FactorMoveKind.Wait, 1, ProofKind.Code, TimeSpan.FromSeconds(31)),
        new(FactorMoveKind.LogInWithCode, 1, ProofKind.Code, TimeSpan.Zero),
        new(FactorMoveKind.AddAuthenticator, 1, ProofKind.Code, TimeSpan.Zero),
    ];

    /// <summary>Returns a random history. Most begin with a user who adds an authenticator.</summary>
    public static IReadOnlyList<FactorMove> Random(ulong seed)
    {
        var noise = new SeededNoise(seed);
        var moves = new List<FactorMove> { new(FactorMoveKind.LogIn, 0, ProofKind.Code, TimeSpan.Zero) };
        if (noise.Below(5) > 0)
        {
            moves.Add(new FactorMove(FactorMoveKind.AddAuthenticator, 0, ProofKind.Code, TimeSpan.Zero));
            moves.Add(new FactorMove(FactorMoveKind.ConfirmAuthenticator, 0, noise.Pick(Codes), TimeSpan.Zero));
            moves.Add(new FactorMove(FactorMoveKind.Wait, 0, ProofKind.Code, noise.Pick(Waits)));
        }

        var more = 4 + noise.Below(10);
        for (var number = 0; number < more; number++)
        {
            var kind = noise.Pick(Kinds);
            moves.Add(new FactorMove(
                kind,
                noise.Below(Picks),
                noise.Pick(kind is FactorMoveKind.ConfirmAuthenticator or FactorMoveKind.LogInWithCode ? Codes : Proofs),
                kind == FactorMoveKind.Wait ? noise.Pick(Waits) : TimeSpan.Zero));
            if (kind == FactorMoveKind.SuperuserMoves)
                moves.AddRange(noise.Below(2) == 0 ? TakeOver : AddUnconfirmed);
        }

        return moves;
    }
}
