using System.Text.Json;
using Btec.Tests.Clients;

namespace Btec.Tests.Pages;

/// <summary>A window of Chromium. Labels and names are those that a screen reader says.</summary>
internal sealed class BrowserPage(NodeProgram chromium, string id)
{
    /// <summary>Opens a page, and waits until its scripts have run.</summary>
    public Task GoToAsync(string path) => RunAsync("await page.goto(values.path, { waitUntil: 'load' })", new { path });

    /// <summary>Types into a field.</summary>
    public Task FillAsync(string label, string text) =>
        RunAsync("await page.getByLabel(values.label, { exact: true }).filter({ visible: true }).fill(values.text)", new { label, text });

    /// <summary>Presses a button.</summary>
    public Task PressAsync(string name) =>
        RunAsync("await page.getByRole('button', { name: values.name, exact: true }).filter({ visible: true }).first().click()", new { name });

    /// <summary>Follows a link.</summary>
    public Task FollowAsync(string name) =>
        RunAsync("await page.getByRole('link', { name: values.name, exact: true }).filter({ visible: true }).first().click()", new { name });

    /// <summary>Presses keys of the keyboard, such as <c>Tab</c>.</summary>
    public async Task TypeKeysAsync(params string[] keys) =>
        await RunAsync("for (const key of values.keys) await page.keyboard.press(key)", new { keys });

    /// <summary>Types text where the focus is.</summary>
    public Task TypeAsync(string text) => RunAsync("await page.keyboard.type(values.text)", new { text });

    /// <summary>Waits until a text is visible.</summary>
    public Task SeeAsync(string text) =>
        RunAsync("await page.getByText(values.text).filter({ visible: true }).first().waitFor()", new { text });

    /// <summary>Waits until the address has a path.</summary>
    public Task ArriveAsync(string path) => RunAsync("await page.waitForURL(url => url.pathname === values.path)", new { path });

    /// <summary>Waits until a heading is visible.</summary>
    public Task SeeHeadingAsync(string name) =>
        RunAsync("await page.getByRole('heading', { name: values.name, exact: true }).filter({ visible: true }).first().waitFor()", new { name });

    /// <summary>Waits until a number of elements are there.</summary>
    public Task SeeCountAsync(string selector, int count) => RunAsync(
        "await tools.waitUntil(() => page.locator(values.selector).count(), count => count === values.count)", new { selector, count });

    /// <summary>Waits until the first element of a selector contains a text.</summary>
    public Task SeeInAsync(string selector, string text) => RunAsync(
        "await tools.waitUntil(() => page.locator(values.selector).first().innerText(), seen => seen.includes(values.text))",
        new { selector, text });

    /// <summary>Waits until the element has the focus whose id, name or text this is.</summary>
    public Task SeeFocusAsync(string name) => RunAsync(
        """
        const read = () => page.evaluate(() => {
          const focused = document.activeElement
          return [focused.id, focused.getAttribute('aria-label'), focused.textContent]
        })
        await tools.waitUntil(read, seen => seen.includes(values.name))
        """,
        new { name });

    public async Task<string> ReadUrlAsync() => (await RunAsync("return page.url()")).GetString()!;

    public async Task<string> ReadTextAsync() => (await RunAsync("return page.locator('body').innerText()")).GetString()!;

    /// <summary>Adds an authenticator that holds passkeys and always finds its user present and verified.</summary>
    public Task AddAuthenticatorAsync() => RunAsync("await tools.addAuthenticator(page)");

    /// <summary>Asserts that axe finds nothing wrong with the page as it is shown now.</summary>
    public async Task AssertAccessibleAsync()
    {
        var faults = await RunAsync("return tools.findAccessibilityFaults(page)");
        Assert.True(faults.GetArrayLength() == 0, $"{await ReadUrlAsync()}\n{faults}");
    }

    /// <summary>Asserts that nothing is cut off or has to be scrolled sideways.</summary>
    public async Task AssertFitsAsync()
    {
        var width = await RunAsync("return page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])");
        Assert.True(width[0].GetInt32() <= width[1].GetInt32(), $"{await ReadUrlAsync()} is {width[0]} wide in {width[1]}.");
    }

    /// <summary>Saves a picture of the page, if the folder is known: for people to look at.</summary>
    public Task ShootAsync(string name) => Environment.GetEnvironmentVariable("BTEC_TEST_SCREENSHOTS") is { Length: > 0 } folder
        ? RunAsync("await page.screenshot({ path: values.path, fullPage: true })", new { path = Path.Combine(folder, $"{name}.png") })
        : Task.CompletedTask;

    /// <summary>Returns what was loaded since the last call.</summary>
    public async Task<IReadOnlyList<LoadedResource>> ReadRequestsAsync() =>
        JsonSerializer.Deserialize<List<LoadedResource>>((await AskAsync("requests", new { })).GetProperty("requests"), JsonSerializerOptions.Web)!;

    /// <summary>Closes the window, and asserts that nothing went wrong in it unseen: no policy was violated, no script threw, and no other host
    /// was asked.</summary>
    public async Task CloseAsync()
    {
        var closed = await AskAsync("close", new { });
        Assert.True(closed.GetProperty("faults").GetArrayLength() == 0, closed.GetRawText());
    }

    /// <summary>Runs code with Playwright's <c>page</c>, the <c>values</c> and the <c>tools</c> of browser.mjs, and returns its result.</summary>
    public async Task<JsonElement> RunAsync(string code, object? values = null) =>
        (await AskAsync("run", new { code, values })).GetProperty("value");

    public async Task<JsonElement> AskAsync(string command, object arguments)
    {
        var request = JsonSerializer.SerializeToNode(arguments, JsonSerializerOptions.Web)!.AsObject();
        request["do"] = command;
        request["id"] = id;
        var answer = await chromium.AskAsync(request);
        Assert.False(answer.TryGetProperty("error", out var error), $"{error}\n{arguments}");
        return answer;
    }
}

/// <summary>The resources that a page has loaded.</summary>
internal sealed record LoadedResource(string Path, string Kind, int Bytes);
