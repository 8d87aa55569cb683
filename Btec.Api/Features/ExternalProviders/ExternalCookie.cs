using Btec.Api.Features.BrowserSessions;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The cookie that binds an external login to the browser that began it, so that nobody can have another person's browser end a
/// login of their own (RFC 9700 section 4.7).</summary>
/// <param name="value">The value, or <see langword="null"/> if there is none.</param>
internal sealed class ExternalCookie(string? value)
{
    /// <summary>The name. Browsers accept the prefix <c>__Host-</c> only from this host (RFC 6265bis section 4.1.3.2).</summary>
    private const string Name = "__Host-btec-external";

    /// <summary>The name over http in Development, where browsers would not store the other one.</summary>
    private const string DevelopmentName = "btec-external";

    /// <summary>Returns the SHA-256 of the value, or <see langword="null"/> if there is none, or none that was issued here.</summary>
    public byte[]? FindHash() => value is null ? null : RandomSecret.FindHash(value);

    public static ValueTask<ExternalCookie?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<ExternalCookie?>(new ExternalCookie(
            BrowserCookie.Read(context.Request.Headers.Cookie, NameFor(context))));
    }

    /// <summary>Binds a login to the browser that sent a request. A browser keeps its value, so that logins in two tabs do not disturb each
    /// other.</summary>
    /// <returns>The SHA-256 of the value, or <see langword="null"/> if no page of this server sent the request: other clients keep no
    /// cookies of this host, and are bound only by their code verifier.</returns>
    public byte[]? BindTo(HttpContext context, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Request.Headers["Sec-Fetch-Site"] is not ["same-origin"])
            return null;

        var kept = FindHash() is null ? RandomSecret.Create() : value!;
        context.Response.Cookies.Append(NameFor(context), kept, new CookieOptions
        {
            Path = "/",
            HttpOnly = true,
            Secure = IsSecure(context),
            // The provider redirects here from its site.
            SameSite = SameSiteMode.Lax,
            MaxAge = lifetime,
        });
        return RandomSecret.FindHash(kept);
    }

    private static string NameFor(HttpContext context) => IsSecure(context) ? Name : DevelopmentName;

    private static bool IsSecure(HttpContext context) =>
        context.Request.IsHttps || !context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment();

    public override string ToString() => "(cookie)";
}
