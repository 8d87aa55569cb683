namespace Btec.Api.Platform.RateLimiting;

/// <summary>The limits of one policy.</summary>
internal sealed class RatePolicyOptions((int Limit, TimeSpan Window) perAddress, (int Limit, TimeSpan Window) perAccount)
{
    public QuotaOptions PerAddress { get; set; } = new(perAddress.Limit, perAddress.Window);

    public QuotaOptions PerAccount { get; set; } = new(perAccount.Limit, perAccount.Window);
}
