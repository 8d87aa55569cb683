namespace Btec.Api.Platform.Passwords;

/// <summary>The settings under <c>Hashing</c>: the capacity for password hashes.</summary>
internal sealed class HashingOptions
{
    public const string SectionName = "Hashing";

    /// <summary>The number of threads that compute hashes and do nothing else, from 1 to 1,024. The default is one per core,
    /// because hashing is pure computation.</summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>The number of hashes that may wait for a worker, from 0 to 10,000. At 4 hashes a second and core, the default of
    /// 100 fills a wait of 10 seconds on 2 to 3 cores; beyond that <see cref="WaitLimit"/> takes over.</summary>
    public int QueueLimit { get; set; } = 100;

    /// <summary>The longest time that a hash waits for a worker, at most a minute. People give up on a page after about 10
    /// seconds (Nielsen 1993, Usability Engineering, section 5.5).</summary>
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromSeconds(10);
}
