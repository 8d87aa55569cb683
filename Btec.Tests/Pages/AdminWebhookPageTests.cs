using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.Webhooks;
using Microsoft.EntityFrameworkCore;
using StandardWebhooks;

namespace Btec.Tests.Pages;

/// <summary>Webhooks and their deliveries as an administrator handles them in a browser.</summary>
public sealed class AdminWebhookPageTests(AdminWebhookPageTests.OpenBrowser browser) : IClassFixture<AdminWebhookPageTests.OpenBrowser>
{
    [Fact]
    public async Task A_webhook_is_created_tried_changed_paused_and_deleted()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var page = await browser.OpenAdminAsync("webhooks");
        var secret = await CreateAsync(page, receiver.Address);

        await page.PressAsync("Send a test");
        await page.PressInDialogAsync("Send a test");
        var received = (await receiver.WaitAsync(1))[0];
        new StandardWebhook(secret).Verify(received.Body, received.Headers);
        await WaitForAsync(delivery => delivery.SentAt is not null);
        await SeeDeliveryAsync(page, "Delivered");
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        await page.ShootAsync("admin-webhook");

        receiver.AnswerStatus(503);
        await page.PressAsync("Send again");
        await page.PressInDialogAsync("Send again");
        Assert.Equal(received.Id, (await receiver.WaitAsync(2))[1].Id);
        await WaitForAsync(delivery => delivery.ResponseStatus == 503);
        await SeeDeliveryAsync(page, "Waiting");
        await page.SeeAsync("Failing since");

        await page.PressAsync("Pause");
        await page.PressInDialogAsync("Pause");
        await page.SeeAsync("Paused");
        await page.RunAsync("await page.getByRole('link', { name: 'Given up' }).click()");
        await page.SettleAsync();
        Assert.DoesNotContain("Delivered", await page.ReadTableAsync(), StringComparison.Ordinal);
        Assert.Contains("503", await page.ReadTableAsync(), StringComparison.Ordinal);
        await page.PressAsync("Resume");
        await page.PressInDialogAsync("Resume");
        await page.SeeAsync("Send a test");

        await ChangeAsync(page);
        await page.PressAsync("Delete");
        await page.PressInDialogAsync("Delete");
        await page.SeeAsync("There is no webhook.");
        await page.CloseAsync();
    }

    /// <summary>Creates a webhook, and returns its secret.</summary>
    private static async Task<string> CreateAsync(BrowserPage page, string address)
    {
        await page.SeeAsync("There is no webhook.");
        await page.PressAsync("New webhook");
        await page.RunAsync("await page.locator('dialog [name=url]').fill('http://')");
        await page.PressInDialogAsync("Create");
        await page.RunAsync("await page.locator('dialog [name=url][aria-invalid=true]').waitFor()");
        await page.AssertAccessibleAsync();
        await page.ShootAsync("admin-new-webhook");
        await page.RunAsync("await page.locator('dialog [name=url]').fill(values.address)", new { address });
        await page.RunAsync("await page.getByRole('dialog').getByLabel('user.roles_changed').check()");
        await page.PressInDialogAsync("Create");
        await page.SeeAsync("Copy the secret now.");
        var secret = (await page.RunAsync("return page.getByRole('dialog').locator('code').innerText()")).GetString()!;
        await page.PressInDialogAsync("Done");
        await page.SeeHeadingAsync(address);
        return secret;
    }

    private static async Task ChangeAsync(BrowserPage page)
    {
        await page.PressAsync("Change");
        await page.RunAsync("await page.locator('dialog [name=description]').fill('The <b>shop</b>')");
        await page.PressInDialogAsync("Save");
        await page.SeeAsync("The <b>shop</b>");
        await page.PressAsync("Replace secret");
        await page.PressInDialogAsync("Replace secret");
        await page.SeeAsync("Copy the secret now.");
        await page.PressInDialogAsync("Done");
        await page.SeeAsync("The old secret signs until");
    }

    private static async Task SeeDeliveryAsync(BrowserPage page, string state)
    {
        await page.RunAsync("await page.reload()");
        await page.SettleAsync();
        Assert.Contains(state, await page.ReadTableAsync(), StringComparison.Ordinal);
    }

    private Task WaitForAsync(Func<WebhookDelivery, bool> condition) => Eventually.IsTrueAsync(
        async () => (await browser.Api.WithDatabaseAsync(database => database.WebhookDeliveries.AsNoTracking().ToListAsync())).Any(condition),
        "a delivery is as expected");

    /// <summary>A browser and an API that sends to this machine.</summary>
    public sealed class OpenBrowser : PageBrowser
    {
        protected override IEnumerable<(string Name, string? Value)> Settings => [("Webhooks:AllowPrivateNetworks", "true")];
    }
}
