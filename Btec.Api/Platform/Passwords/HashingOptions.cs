using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>How much bcrypt may be computed and asked for at a time.</summary>
public sealed class HashingOptions
{
    public const string SectionName = "Hashing";

    /// <summary>Threads that compute hashes, and do nothing else.</summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>Hashes that may wait for a worker.</summary>
    public int QueueLimit { get; set; } = 100;

    /// <summary>How long a hash may wait for a worker; people give up on a page after some ten seconds (Nielsen 1993, Usability
    /// Engineering, section 5.5).</summary>
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromSeconds(10);
}

internal sealed class HashingOptionsValidator : IValidateOptions<HashingOptions>
{
    /// <summary>Threads beyond the largest machines: a typing error.</summary>
    private const int MaxWorkers = 1024;

    /// <summary>Requests that are held open while they wait: some hundred MiB.</summary>
    private const int MaxQueue = 10_000;

    /// <summary>Proxies give up on an answer after a minute or so (nginx, proxy_read_timeout: 60 s).</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, HashingOptions options)
    {
        if (options.Workers is < 1 or > MaxWorkers)
            return ValidateOptionsResult.Fail($"Hashing:Workers is {options.Workers}; it goes from 1 to {MaxWorkers}.");

        if (options.QueueLimit is < 0 or > MaxQueue)
            return ValidateOptionsResult.Fail($"Hashing:QueueLimit is {options.QueueLimit}; it goes from 0 to {MaxQueue}.");

        return options.WaitLimit > TimeSpan.Zero && options.WaitLimit <= LongestWait
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Hashing:WaitLimit is {options.WaitLimit}; it is more than 0 and at most {LongestWait}.");
    }
}
