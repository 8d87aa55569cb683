namespace Btec.Api.Platform.RateLimiting;

/// <summary>The leases that the current request has taken of account limits. They are given back if the request has tried nothing, or if
/// its password was right.</summary>
internal sealed class AccountLeases(IAttemptStore attempts)
{
    private readonly List<RateLimitLease> _leases = [];

    public void Add(RateLimitLease lease) => _leases.Add(lease);

    public async Task ReleaseAsync()
    {
        foreach (var lease in _leases)
            await attempts.ReleaseAsync(lease);
    }
}
