namespace Btec.Tests.Pages;

/// <summary>Recovery codes on the page of the account.</summary>
public sealed class RecoveryCodePageTests(AccountBrowser browser) : IClassFixture<AccountBrowser>
{
    [Fact]
    public async Task A_recovery_code_proves_who_it_is_and_new_codes_can_be_copied_saved_and_printed()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        var (_, former) = await browser.AddAuthenticatorAsync(page);
        browser.Api.Clock.Advance(TimeSpan.FromMinutes(6));
        await page.PressAsync("Create new codes");
        await page.RunAsync("await page.locator('dialog').getByRole('button', { name: 'Create new codes' }).click()");
        await page.PressAsync("Use a recovery code");
        // As people paste it.
        await page.FillAsync("Recovery code", $" {former[0].ToUpperInvariant()} ");
        await page.TypeKeysAsync("Enter");
        await page.SeeHeadingAsync("Your recovery codes");

        var shown = await page.RunAsync(
            """
            await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
            await page.evaluate(() => { window.print = () => { window.isPrinted = true } })
            await page.getByRole('button', { name: 'Copy', exact: true }).click()
            await page.getByText('Copied.').first().waitFor({ state: 'attached' })
            const [download] = await Promise.all([
              page.waitForEvent('download'), page.getByRole('button', { name: 'Download', exact: true }).click(),
            ])
            await page.getByRole('button', { name: 'Print', exact: true }).click()
            const codes = await page.locator('.codes code').allInnerTexts()
            await page.emulateMedia({ media: 'print' })
            const paper = await page.locator('body').innerText()
            await page.emulateMedia({ media: 'screen' })
            return {
              codes, paper,
              copied: (await page.evaluate(() => navigator.clipboard.readText())).split(/\r?\n/),
              name: download.suggestedFilename(),
              file: Buffer.concat(await (await download.createReadStream()).toArray()).toString(),
              isPrinted: await page.evaluate(() => window.isPrinted),
            }
            """);

        var codes = shown.GetProperty("codes").EnumerateArray().Select(code => code.GetString()!).ToList();
        Assert.Equal(10, codes.Count);
        Assert.Empty(codes.Intersect(former, StringComparer.Ordinal));
        Assert.Equal(codes, shown.GetProperty("copied").EnumerateArray().Select(code => code.GetString()!), StringComparer.Ordinal);
        Assert.EndsWith(".txt", shown.GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.True(shown.GetProperty("isPrinted").GetBoolean());
        var (file, paper) = (shown.GetProperty("file").GetString()!, shown.GetProperty("paper").GetString()!);
        Assert.All(codes.Append(email), text => Assert.True(
            file.Contains(text, StringComparison.Ordinal) && paper.Contains(text, StringComparison.Ordinal), text));
        // Nothing else of the page is printed.
        Assert.DoesNotContain("Where you are signed in", paper, StringComparison.Ordinal);
        await page.PressAsync("I have saved them");
        await page.SeeAsync("10 of 10 left");
        await page.CloseAsync();
    }
}
