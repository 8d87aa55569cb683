using System.Globalization;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

internal sealed class HashingOptionsValidator : IValidateOptions<HashingOptions>
{
    /// <summary>The highest number of threads. The largest machines have fewer cores, so more is a typing error.</summary>
    private const int MaxWorkers = 1024;

    /// <summary>The longest queue. Requests stay in memory while they wait, and 10,000 of them take some 100 MiB.</summary>
    private const int MaxQueue = 10_000;

    /// <summary>The longest wait: reverse proxies give up on a response after about a minute (nginx, proxy_read_timeout: 60
    /// s).</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, HashingOptions options)
    {
        if (options.Workers is < 1 or > MaxWorkers)
            return Fail($"Hashing:Workers must be between 1 and {MaxWorkers:N0}, but is {options.Workers}.");

        if (options.QueueLimit is < 0 or > MaxQueue)
            return Fail($"Hashing:QueueLimit must be between 0 and {MaxQueue:N0}, but is {options.QueueLimit}.");

        return options.WaitLimit > TimeSpan.Zero && options.WaitLimit <= LongestWait
            ? ValidateOptionsResult.Success
            : Fail($"Hashing:WaitLimit must be more than 0 and at most {LongestWait}, but is {options.WaitLimit}.");
    }

    private static ValidateOptionsResult Fail(FormattableString fault) =>
        ValidateOptionsResult.Fail(fault.ToString(CultureInfo.InvariantCulture));
}
