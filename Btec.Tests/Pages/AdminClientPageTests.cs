using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>The applications as an administrator registers and changes them in a browser.</summary>
public sealed class AdminClientPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    [Fact]
    public async Task An_application_is_registered_changed_and_deleted_and_its_secret_is_shown_once()
    {
        var name = $"Timetable <i>{Guid.CreateVersion7():N}</i>";
        var page = await browser.OpenAdminAsync("clients");
        await page.PressAsync("New application");
        await page.RunAsync("await page.locator('dialog [name=name]').fill(values.name)", new { name });
        await page.RunAsync("await page.getByRole('textbox', { name: 'Redirect URIs (optional)', exact: true }).fill('not a URI')");
        await page.PressInDialogAsync("Create");
        await page.RunAsync("await page.locator('#redirect_uris[aria-invalid=true]').waitFor()");
        await page.AssertAccessibleAsync();
        await page.ShootAsync("admin-new-client");
        await page.RunAsync(
            "await page.getByRole('textbox', { name: 'Redirect URIs (optional)', exact: true }).fill('https://one.example/cb\\nhttps://two.example/cb')");
        await page.PressInDialogAsync("Create");

        var first = await ReadSecretAsync(page);
        await page.AssertAccessibleAsync();
        await page.PressInDialogAsync("Done");
        await page.SeeHeadingAsync(name);
        await page.SettleAsync();
        var id = await ReadIdAsync(page);
        Assert.Contains("https://two.example/cb", await page.ReadMainAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(first, await page.ReadTextAsync(), StringComparison.Ordinal);
        await page.AssertAccessibleAsync();
        await AssertSecretAsync(id, first, HttpStatusCode.BadRequest);

        await page.PressAsync("Change");
        await page.RunAsync("await page.getByRole('textbox', { name: 'Redirect URIs (optional)', exact: true }).fill('https://three.example/cb')");
        await page.PressInDialogAsync("Save");
        await page.SeeAsync("https://three.example/cb");
        await page.PressAsync("Replace secret");
        await page.PressInDialogAsync("Replace secret");
        var second = await ReadSecretAsync(page);
        Assert.NotEqual(first, second, StringComparer.Ordinal);
        await page.PressInDialogAsync("Done");
        await page.SeeNoDialogAsync();
        await AssertSecretAsync(id, second, HttpStatusCode.BadRequest);

        await page.PressAsync("Delete");
        await page.RunAsync("await page.getByRole('dialog').locator('input').fill(values.name)", new { name });
        await page.PressInDialogAsync("Delete");
        await page.SeeHeadingAsync("Applications");
        await page.SettleAsync();
        Assert.DoesNotContain(name, await page.ReadMainAsync(), StringComparison.Ordinal);
        await AssertSecretAsync(id, second, HttpStatusCode.Unauthorized);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_public_application_has_no_secret()
    {
        var page = await browser.OpenAdminAsync("clients", locale: "de-DE");
        await page.PressAsync("Neue Anwendung");
        await page.RunAsync(
            """
            await page.locator('dialog [name=name]').fill('Telefon')
            await page.locator('#kind').selectOption('public')
            await page.locator('dialog [name=redirect_uris]').fill('org.example.app:/cb')
            """);
        await page.PressInDialogAsync("Anlegen");

        await page.SeeHeadingAsync("Telefon");
        await page.SeeAsync("Öffentlich");
        Assert.DoesNotContain("Geheimnis ersetzen", await page.ReadMainAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    /// <summary>Waits for the dialog with the secret, and reads it.</summary>
    private static async Task<string> ReadSecretAsync(BrowserPage page)
    {
        await page.SeeAsync("Copy the secret now.");
        return (await page.RunAsync("return page.getByRole('dialog').locator('code').innerText()")).GetString()!;
    }

    private static async Task<string> ReadIdAsync(BrowserPage page) =>
        (await page.RunAsync("return page.locator('main .copyable code').first().innerText()")).GetString()!;

    /// <summary>Presents a secret with a code that does not exist: 400 if the client is known by it, else 401.</summary>
    private async Task AssertSecretAsync(string id, string secret, HttpStatusCode status)
    {
        using var response = await browser.Api.CreateClient().PostFormAsync(
            "/api/auth/token", ("grant_type", "authorization_code"), ("code", "unknown"), ("redirect_uri", "https://one.example/cb"),
            ("code_verifier", new string('a', 43)), ("client_id", id), ("client_secret", secret));
        var text = await response.ReadTextAsync();
        Assert.True(response.StatusCode == status || (status == HttpStatusCode.Unauthorized && text.Contains("invalid_client", StringComparison.Ordinal)), text);
    }
}
