namespace Btec.Api.Platform.Jobs;

/// <summary>Calls to another server that may hold threads of the pool while it does not answer.</summary>
internal interface IBlockingCalls
{
    /// <summary>Gets a value indicating whether the server does not answer, or has not for longer than usual.</summary>
    bool AreStalled { get; }
}
