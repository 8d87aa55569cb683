using System.Net;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>Limits that grow with the network around a client's address.</summary>
public sealed class NetworkLimitTests
{
    [Fact]
    [Asvs("6.3.1")]
    public async Task IPv6_is_limited_by_64_56_and_48_each_with_its_own_number()
    {
        await using var api = await StartAsync(
            ("RateLimiting:Login:PerAddress:Limit", "1"),
            ("RateLimiting:Login:PerSite:Limit", "2"),
            ("RateLimiting:Login:PerNetwork:Limit", "3"));

        await AssertAsync(api, "2001:db8:1:100::1", isServed: true);
        await AssertAsync(api, "2001:db8:1:100:ffff::1", isServed: false);
        await AssertAsync(api, "2001:db8:1:101::1", isServed: true);
        await AssertAsync(api, "2001:db8:1:1ff::1", isServed: false);
        await AssertAsync(api, "2001:db8:1:200::1", isServed: true);
        await AssertAsync(api, "2001:db8:1:ff00::1", isServed: false);
        await AssertAsync(api, "2001:db8:2::1", isServed: true);
    }

    [Fact]
    [Asvs("6.3.1")]
    public async Task IPv4_is_limited_by_address_and_by_24()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "1"), ("RateLimiting:Login:PerNetwork:Limit", "2"));

        await AssertAsync(api, "203.0.113.1", isServed: true);
        await AssertAsync(api, "203.0.113.1", isServed: false);
        await AssertAsync(api, "203.0.113.255", isServed: true);
        await AssertAsync(api, "203.0.113.2", isServed: false);
        await AssertAsync(api, "203.0.112.2", isServed: true);
    }

    [Theory]
    [InlineData("::ffff:203.0.113.1", "::ffff:203.0.113.2")]
    [InlineData("::ffff:cb00:7101", "::ffff:cb00:7102")]
    [InlineData("64:ff9b::203.0.113.1", "64:ff9b::203.0.113.2")]
    public async Task An_IPv4_address_in_the_form_of_IPv6_counts_as_IPv4(string address, string neighbor)
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "1"), ("RateLimiting:Login:PerNetwork:Limit", "2"));

        await AssertAsync(api, "203.0.113.1", isServed: true);
        await AssertAsync(api, address, isServed: false);
        await AssertAsync(api, neighbor, isServed: true);
        await AssertAsync(api, "203.0.113.3", isServed: false);
    }

    [Fact]
    public async Task A_request_that_one_limit_refuses_counts_for_none_of_the_others()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "1"), ("RateLimiting:Login:PerNetwork:Limit", "3"));
        await AssertAsync(api, "203.0.113.1", isServed: true);
        for (var refused = 0; refused < 5; refused++)
            await AssertAsync(api, "203.0.113.1", isServed: false);

        await AssertAsync(api, "203.0.113.2", isServed: true);
        await AssertAsync(api, "203.0.113.3", isServed: true);
    }

    [Fact]
    public async Task A_network_beyond_its_limit_is_served_again_after_Retry_After_and_counted_by_its_scope()
    {
        await using var api = await StartAsync(
            ("RateLimiting:Login:PerNetwork:Limit", "2"), ("RateLimiting:Login:PerNetwork:Window", "00:01:00"));
        using var measured = Measurements.Of(api, name => name == "btec.rate_limit.rejections");
        await AssertAsync(api, "203.0.113.1", isServed: true);
        await AssertAsync(api, "203.0.113.2", isServed: true);

        using var refused = await api.From("203.0.113.3").TryLoginAsync(ApiMoves.NewEmail());
        Assert.Equal(30, await refused.AssertLimitedAsync());
        Assert.Equal("\"address\";q=2;w=60", refused.Header("RateLimit-Policy"));
        Assert.Equal("btec.rate_limit.rejections 1 policy=Login by=network", Assert.Single(measured.Lines));

        api.Clock.Advance(TimeSpan.FromSeconds(30));
        await AssertAsync(api, "203.0.113.3", isServed: true);
    }

    [Fact]
    public void A_wider_network_has_a_larger_limit_which_follows_that_of_the_address()
    {
        var options = new RateLimitingOptions();
        foreach (var policy in RatePolicy.All.Select(policy => policy.Find(options)))
        {
            policy.PerAddress.Limit *= 3;
            Assert.True(policy.QuotaOf(AddressScope.Address).Limit < policy.QuotaOf(AddressScope.Site).Limit);
            Assert.True(policy.QuotaOf(AddressScope.Site).Limit < policy.QuotaOf(AddressScope.Network).Limit);
        }
    }

    private static async Task AssertAsync(BtecApi api, string address, bool isServed)
    {
        using var response = await api.From(address).TryLoginAsync(ApiMoves.NewEmail());
        Assert.True(
            response.StatusCode == (isServed ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests),
            $"{address}: {response.StatusCode}");
    }

    private static Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) =>
        BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings(settings));
}
