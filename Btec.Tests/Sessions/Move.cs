namespace Btec.Tests.Sessions;

/// <summary>One step of a history.</summary>
/// <param name="Pick">The index of a session, token or deadline, modulo their number, so that any move fits any history.</param>
/// <param name="Time">The duration of a wait, or the offset from a deadline.</param>
internal sealed record Move(MoveKind Kind, int Pick, TimeSpan Time)
{
    public override string ToString() => Kind is MoveKind.Wait or MoveKind.WaitForDeadline ? $"{Kind} {Pick} {Time:c}" : $"{Kind} {Pick}";
}
