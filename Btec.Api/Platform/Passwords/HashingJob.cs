namespace Btec.Api.Platform.Passwords;

/// <summary>A computation that waits for a worker.</summary>
internal sealed class HashingJob
{
    public HashingJob(Task work, HashingClient client) => (Work, Client, Node) = (work, client, new LinkedListNode<HashingJob>(this));

    public Task Work { get; }

    public HashingClient Client { get; set; }

    /// <summary>The node of the job in the queue, by which it is removed in constant time.</summary>
    public LinkedListNode<HashingJob> Node { get; }

    /// <summary>Completes when a worker takes the job, and fails when the job loses its place in the queue.</summary>
    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
