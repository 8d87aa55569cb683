using Btec.Data.Keys;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>The cookie of a signed-in browser, as a request has it. Only /oauth reads it.</summary>
/// <param name="value">The value, or <see langword="null"/> if there is none.</param>
internal sealed class BrowserCookie(string? value)
{
    /// <summary>The name. With the prefix <c>__Host-</c>, browsers accept the cookie from this host alone, over https, for all paths (RFC
    /// 6265bis section 4.1.3.2), so that no neighbouring host can plant one.</summary>
    private const string Name = "__Host-btec";

    /// <summary>The name over http in Development, where browsers would not store the other one.</summary>
    private const string DevelopmentName = "btec";

    /// <summary>Returns the SHA-256 of the value, or <see langword="null"/> if there is none, or none that was issued here.</summary>
    public byte[]? FindHash() => value is null ? null : RandomSecret.FindHash(value);

    public static ValueTask<BrowserCookie?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<BrowserCookie?>(new BrowserCookie(context.Request.Cookies[NameFor(context)]));
    }

    /// <summary>Sets the cookie of a session that has just been started.</summary>
    public static void Set(HttpContext context, NewBrowserSession session)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(session);
        context.Response.Cookies.Append(NameFor(context), session.Cookie.Reveal(), OptionsFor(context, session.Lifetime));
    }

    /// <summary>Removes the cookie from the browser.</summary>
    public static void Remove(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Append(NameFor(context), "", OptionsFor(context, TimeSpan.Zero));
    }

    private static string NameFor(HttpContext context) => IsSecure(context) ? Name : DevelopmentName;

    private static CookieOptions OptionsFor(HttpContext context, TimeSpan lifetime) => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = IsSecure(context),
        // A link or a redirect of a client leads here from its site, and must find the user signed in.
        SameSite = SameSiteMode.Lax,
        MaxAge = lifetime,
    };

    private static bool IsSecure(HttpContext context) =>
        context.Request.IsHttps || !context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment();

    public override string ToString() => "(cookie)";
}
