namespace Btec.Tests.Pages;

/// <summary>The messages of pages when the server cannot do what it is asked.</summary>
public sealed class ProblemPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    [Theory]
    [InlineData("en", 429, "30", "rate_limited", "That was too often. Try again in 30 seconds.")]
    [InlineData("en", 429, "3600", "rate_limited", "That was too often. Try again in 60 minutes.")]
    [InlineData("en", 503, "1", "busy", "The server is busy at the moment. Try again in 1 second.")]
    [InlineData("en", 500, null, "internal_error", "Something went wrong on our side. Please try again.")]
    [InlineData("en", 418, null, "teapot", "I am a teapot. Use another pot.")]
    [InlineData("en", 502, null, null, "Something went wrong. Please try again.")]
    [InlineData("en", 0, null, null, "The server cannot be reached. Check your connection and try again.")]
    [InlineData("de", 429, "120", "rate_limited", "Das waren zu viele Versuche. Versuchen Sie es in 2 Minuten erneut.")]
    [InlineData("de", 0, null, null, "Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.")]
    public async Task It_is_said_in_words_and_can_be_tried_again(string locale, int status, string? retryAfter, string? code, string said)
    {
        var page = await browser.OpenAsync(locale: locale);
        await page.GoToAsync("/forgot-password");
        await page.RunAsync(
            """
            await page.route('**/api/auth/password-recovery', route => values.status === 0 ? route.abort() : route.fulfill({
              status: values.status,
              headers: { ...(values.retryAfter && { 'Retry-After': values.retryAfter }) },
              contentType: values.code ? 'application/problem+json' : 'text/html',
              body: values.code ? JSON.stringify({ code: values.code, title: 'I am a teapot.', detail: 'Use another pot.' }) : '<h1>Bad</h1>',
            }))
            """,
            new { status, retryAfter, code });
        await page.FillAsync(locale == "de" ? "E-Mail-Adresse" : "E-mail address", "ada@example.com");

        await page.TypeKeysAsync("Enter");

        await page.SeeAsync(said);
        Assert.Equal(
            said, (await page.RunAsync("return page.getByRole('alert').filter({ visible: true }).innerText()")).GetString());
        await page.RunAsync("await page.unroute('**/api/auth/password-recovery')");
        await page.TypeKeysAsync("Enter");
        await page.SeeHeadingAsync(locale == "de" ? "Sehen Sie in Ihr Postfach" : "Look into your mailbox");
        await page.CloseAsync();
    }
}
