namespace Btec.Api.Platform.RateLimiting;

/// <summary>What the current request has counted for accounts. It is given back if the request has tried nothing, or if its password
/// was right.</summary>
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
