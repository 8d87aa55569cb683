using StackExchange.Redis;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The connection to Redis, to a cluster, or to the primary that sentinels name.</summary>
/// <remarks>The client of Redis reconnects by itself, except where no sentinel named a primary at first: that is repeated
/// here.</remarks>
internal sealed class RedisConnection(ConfigurationOptions address) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private ConnectionMultiplexer? _sentinels;

    /// <exception cref="RedisException">No sentinel knows a primary. The next call tries again.</exception>
    public async ValueTask<IDatabase> GetDatabaseAsync() => (await ConnectOnceAsync()).GetDatabase();

    public async ValueTask DisposeAsync()
    {
        if (_connecting is not null)
        {
            await _connecting.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (_connecting.IsCompletedSuccessfully)
                await (await _connecting).DisposeAsync();
        }

        if (_sentinels is not null)
            await _sentinels.DisposeAsync();
    }

    private Task<ConnectionMultiplexer> ConnectOnceAsync()
    {
        var connecting = Volatile.Read(ref _connecting);
        if (connecting is { IsFaulted: false })
            return connecting;

        lock (_lock)
        {
            if (_connecting is null or { IsFaulted: true })
                _connecting = Task.Run(ConnectAsync);

            return _connecting;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        if (string.IsNullOrEmpty(address.ServiceName))
            return await ConnectionMultiplexer.ConnectAsync(address);

        // Kept for the next attempt, or each would leave one behind.
        _sentinels ??= await ConnectionMultiplexer.SentinelConnectAsync(address);
        return _sentinels.GetSentinelMasterConnection(address);
    }
}
