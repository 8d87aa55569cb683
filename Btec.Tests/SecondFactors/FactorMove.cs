namespace Btec.Tests.SecondFactors;

/// <summary>One step of a history.</summary>
/// <param name="Pick">The index of a session, login or factor, modulo their number, so that any move fits any history.</param>
/// <param name="Time">The duration of a wait.</param>
internal sealed record FactorMove(FactorMoveKind Kind, int Pick, ProofKind Proof, TimeSpan Time)
{
    public override string ToString() => Kind == FactorMoveKind.Wait ? $"{Kind} {Time:c}" : $"{Kind} {Pick} {Proof}";
}
