namespace Btec.Api.Platform.RateLimiting;

/// <summary>The limits of one policy. Those of networks grow with the network: an attacker with a whole network of IPv6 has as
/// many addresses as needed, and a school or a carrier has many people in one.</summary>
internal sealed class RatePolicyOptions((int Limit, TimeSpan Window) perAddress, (int Limit, TimeSpan Window)? perAccount = null)
{
    /// <summary>The multiple of the limit of one address that an IPv6 /56 has: a home with a second subnet. An
    /// estimate.</summary>
    public const int SiteFactor = 2;

    /// <summary>The multiple of the limit of one address that a network has: five classes of 30. An estimate.</summary>
    public const int NetworkFactor = 5;

    /// <summary>The limit of an IPv4 address or an IPv6 /64.</summary>
    public QuotaOptions PerAddress { get; set; } = new(perAddress.Limit, perAddress.Window);

    /// <summary>The limit of an IPv6 /56.</summary>
    public WiderQuotaOptions PerSite { get; set; } = new(SiteFactor);

    /// <summary>The limit of an IPv4 /24 or an IPv6 /48.</summary>
    public WiderQuotaOptions PerNetwork { get; set; } = new(NetworkFactor);

    /// <summary>The limit of an account, or <see langword="null"/> if the requests name none.</summary>
    public QuotaOptions? PerAccount { get; } = perAccount is { } account ? new(account.Limit, account.Window) : null;

    /// <summary>Returns the quota of a network around a client.</summary>
    public Quota QuotaOf(AddressScope scope) => scope switch
    {
        AddressScope.Address => PerAddress.ToQuota(),
        AddressScope.Site => PerSite.ToQuota(PerAddress),
        _ => PerNetwork.ToQuota(PerAddress),
    };
}
