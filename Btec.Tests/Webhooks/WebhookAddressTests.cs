using System.Net;
using Btec.Api.Features.Webhooks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Webhooks;

/// <summary>The addresses that events are sent to: none that is not of the public internet (server-side request forgery).</summary>
public sealed class WebhookAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00::1]")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    public async Task No_form_of_a_private_address_is_connected_to(string host)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var client = CreateClient(new HostNames());
        var url = $"http://{host}:{new Uri(receiver.Address).Port}/hook";

        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(client, url, TestContext.Current.CancellationToken));

        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task A_name_is_resolved_once_and_its_second_answer_is_never_asked_for()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var abort = new CancellationTokenSource();
        // The first answer is public and the second private: DNS rebinding.
        var names = new FlippingNames(abort);
        using var client = CreateClient(names);

        await Assert.ThrowsAnyAsync<Exception>(() => PostAsync(
            client, $"http://rebind.example.com:{new Uri(receiver.Address).Port}/hook", abort.Token));

        Assert.Equal(1, names.Questions);
        Assert.Empty(receiver.Received);
    }

    private static WebhookClient CreateClient(HostNames names) => new(
        new WebhookUrl(new HostingEnvironment { EnvironmentName = Environments.Development }),
        Options.Create(new WebhookOptions()),
        names,
        TimeProvider.System);

    private static Task<WebhookAnswer> PostAsync(WebhookClient client, string url, CancellationToken abort) =>
        client.PostAsync(url, "id", TimeProvider.System.GetUtcNow(), "v1,signature", "{}", abort);

    /// <summary>A name server whose first answer is public and whose others are private.</summary>
    private sealed class FlippingNames(CancellationTokenSource abort) : HostNames
    {
        public int Questions { get; private set; }

        public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            Questions++;
            if (Questions > 1)
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);

            // The test does not wait for an address that its machine may not reach.
            abort.CancelAfter(TimeSpan.FromMilliseconds(200));
            return Task.FromResult<IPAddress[]>([IPAddress.Parse("1.1.1.1")]);
        }
    }
}
