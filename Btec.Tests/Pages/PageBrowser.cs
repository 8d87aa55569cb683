using Btec.Tests.Clients;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>An API with its pages as Development runs them, and one Chromium, for the tests of one class, which run one after another.
/// They do not depend on the database.</summary>
public class PageBrowser : IAsyncLifetime
{
    private TestDatabase? _database;
    private BtecApi? _api;
    private NodeProgram? _chromium;
    private string? _reason;
    private int _count;

    /// <summary>Gets the API. Where Chromium, Node or npm is missing, skips or fails the calling test.</summary>
    public BtecApi Api
    {
        get
        {
            Require();
            return _api!;
        }
    }

    /// <summary>Gets the address of the pages.</summary>
    public string Origin { get; } = $"http://localhost:{FreePort.Find()}";

    /// <summary>Gets the settings of the API beside those that every test of pages needs.</summary>
    protected virtual IEnumerable<(string Name, string? Value)> Settings => [];

    public async ValueTask InitializeAsync()
    {
        _reason = await NodePackages.FindReasonAgainstAsync();
        if (_reason is not null || InstalledChromium.FindOrNull() is not { } chromium)
            return;

        _database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
        // No mail server listens, so mails stay in the outbox. The relying party of passkeys follows from the address.
        var settings = new Dictionary<string, string?>(AccountMoves.RegistrationSettings("open"), StringComparer.Ordinal)
        {
            ["PublicUrl"] = Origin,
            ["Passkeys:RelyingPartyId"] = null,
            ["Passkeys:Origins"] = null,
        };
        foreach (var (name, value) in Settings)
            settings[name] = value;

        _api = await BtecApi.StartInstanceAsync(
            _database, new TestClock(), settings, new Uri(Origin).Port, "Development");
        _chromium = await NodeProgram.StartAsync("browser.mjs", chromium, Origin);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_chromium is not null)
            await _chromium.DisposeAsync();

        if (_api is not null)
            await _api.DisposeAsync();

        if (_database is not null)
            await _database.DisposeAsync();
    }

    /// <summary>Opens a window with cookies of its own.</summary>
    /// <param name="scheme">The color scheme, <c>light</c> or <c>dark</c>.</param>
    /// <param name="locale">The preferred language, such as <c>de-DE</c>.</param>
    /// <param name="width">The width in CSS pixels.</param>
    /// <param name="userAgent">The <c>User-Agent</c>, or <see langword="null"/> for the browser's own.</param>
    /// <param name="otherOrigin">An origin that the window may ask beside that of the pages.</param>
    internal async Task<BrowserPage> OpenAsync(
        string scheme = "light",
        string locale = "en-US",
        int width = 1100,
        int height = 800,
        string? userAgent = null,
        string? otherOrigin = null)
    {
        Require();
        var page = new BrowserPage(_chromium!, $"{++_count}");
        await page.AskAsync("open", new { scheme, locale, width, height, userAgent, otherOrigin });
        return page;
    }

    private void Require()
    {
        if (_reason is not null)
            TestDatabase.SkipOrFail(_reason);

        InstalledChromium.Find();
    }
}
