namespace Btec.Tests.Sessions;

/// <summary>A history that is executed over HTTP and in a model side by side.</summary>
internal interface IHistoryRun<in TMove>
{
    /// <summary>The history so far, a line for each move.</summary>
    string Story { get; }

    Task RunAsync(IReadOnlyList<TMove> moves);
}
