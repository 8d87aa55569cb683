using Btec.Data.Keys;
using Microsoft.Extensions.Primitives;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>The cookie of a signed-in browser, as a request has it. Only /oauth reads it.</summary>
/// <param name="value">The value, or <see langword="null"/> if there is none.</param>
internal sealed class BrowserCookie(string? value)
{
    /// <summary>The name. With the prefix <c>__Host-</c>, browsers accept the cookie only from this host, over https, for all paths (RFC
    /// 6265bis section 4.1.3.2), so that no neighboring host can plant one.</summary>
    private const string Name = "__Host-btec";

    /// <summary>The name over http in Development, where browsers would not store the other one.</summary>
    private const string DevelopmentName = "btec";

    /// <summary>Returns the SHA-256 of the value, or <see langword="null"/> if there is none, or none that was issued here.</summary>
    public byte[]? FindHash() => value is null ? null : RandomSecret.FindHash(value);

    public static ValueTask<BrowserCookie?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<BrowserCookie?>(new BrowserCookie(Read(context.Request.Headers.Cookie, NameFor(context))));
    }

    /// <summary>Reads the cookie by its exact name. The framework ignores the case of names and takes the last of several cookies: a
    /// neighboring host can plant <c>__host-btec</c> in browsers that protect the prefix only in this spelling.</summary>
    /// <returns>The value, or <see langword="null"/> if there is none, or more than one: either may be planted.</returns>
    internal static string? Read(StringValues headers, string name)
    {
        var values = headers.SelectMany(header => (header ?? "").Split(';'))
            .Select(pair => pair.Trim(' ', '\t').Split('=', 2))
            .Where(pair => pair is [var key, _] && key == name)
            .Select(pair => pair[1]).Take(2).ToList();
        return values is [var value] ? value : null;
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
