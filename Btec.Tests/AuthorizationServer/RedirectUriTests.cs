using Btec.Api.Platform.Clients;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The rules for redirect URIs at registration, and their comparison.</summary>
public sealed class RedirectUriTests(SqliteApi shared)
{
    private static readonly string[] s_good =
    [
        "https://app.example.com", "https://app.example.com/", "https://app.example.com/callback", "https://app.example.com:8443/callback",
        "https://app.example.com/callback?tenant=1&x=%20", "https://app.example.com/callback?", "https://a.b-c.d1.example/",
        "https://xn--mnchen-3ya.example/cb", "https://app.example.com/a/b/c.html", "https://app.example.com/~user/cb",
        "https://app.example.com/cb;v=1", "https://app.example.com/a,b", "https://app.example.com/%E2%82%AC", "https://192.0.2.7/cb",
        "https://[2001:db8::1]/cb", "https://[2001:db8::1]:8443/cb", "https://localhost/cb", "https://localhost:5001/signin-oidc",
        "https://intranet/cb", "https://1password.example/cb", "https://app.example.com:65535/", "https://app.example.com:1/",
        "http://localhost/cb", "http://localhost:3000/api/auth/callback/btec", "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb",
        "http://[::1]/cb", "http://[::1]:61023/cb", "http://127.0.0.1", "http://localhost?x=1",
        "com.example.app:/callback", "com.example.app:/oauth2redirect/example-provider", "com.example.app://callback",
        "com.example.app://callback/path?x=1", "org.example.my-app:/cb", "net.openid.appauthdemo:/oauth2redirect", "a.b:/",
        "https://app.example.com/...", "https://app.example.com/.well-known/cb", "https://app.example.com/a..b",
        "https://app.example.com/cb?codes=1&states=2&xiss=3",
    ];

    private static readonly string[] s_bad =
    [
        // Not absolute, or no text.
        "", " ", "/", "/cb", "//app.example.com/cb", "app.example.com/cb", "?x", "cb", ":", "://", "https", "https:", "https:/", "https://",
        "https:///cb", "https:app.example.com", "https:/app.example.com/cb", "https:\\\\app.example.com", "https://?x=1", "https://:443/",
        // Other schemes.
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript://app.example.com/%0aalert(1)", "data:text/html,x", "data:text/html;base64,eA==",
        "vbscript:x", "file:///etc/passwd", "about:blank", "blob:https://app.example.com/x", "ftp://app.example.com/", "ws://app.example.com/",
        "wss://app.example.com/", "mailto:a@example.com", "tel:1", "urn:ietf:wg:oauth:2.0:oob", "urn:ietf:wg:oauth:2.0:oob:auto", "myapp:/cb",
        "myapp://cb", "localhost:3000", "intent://cb#Intent;scheme=https;end", "view-source:https://app.example.com/", "chrome://settings",
        "resource://x", "jar:https://app.example.com!/x", "filesystem:https://app.example.com/x", "x-apple.:/cb", ".example:/cb", "a..b:/cb",
        "1com.example:/cb", "com.example.app:", "com.example.app:callback", "com.example.app:?x", "com.example.app:/cb#f",
        "com.example.app://user@host/cb", "COM.example.app:/cb", "com.exämple.app:/cb", "com.example.app /cb", "com_example.app:/cb",
        // Plain http.
        "http://app.example.com/cb", "http://192.168.0.1/cb", "http://10.0.0.1/cb", "http://0.0.0.0/cb", "http://[::]/cb", "http://169.254.169.254/",
        "http://127.0.0.2/cb", "http://127.1/cb", "http://127.0.1/cb", "http://2130706433/cb", "http://0x7f000001/cb", "http://0x7f.0.0.1/cb",
        "http://0177.0.0.1/cb", "http://127.0.0.1.nip.io/cb", "http://localhost.example.com/cb", "http://localhost./cb", "http://127.0.0.1./cb",
        "http://[0:0:0:0:0:0:0:1]/cb", "http://[::ffff:127.0.0.1]/cb", "http://[::1%25eth0]/cb", "http://LOCALHOST/cb", "http://loc%61lhost/cb",
        "http://localhost@evil.example/cb", "http://127.0.0.1@evil.example/cb", "http://127.0.0.1:80@evil.example/cb", "http://ⓛocalhost/cb",
        "http://①27.0.0.1/cb", "http://127.0.0.1\\@evil.example/", "HTTP://127.0.0.1/cb", "http:/127.0.0.1/cb", "http:127.0.0.1/cb",
        // Fragments.
        "https://app.example.com/#", "https://app.example.com/#x", "https://app.example.com/cb#/route", "https://app.example.com#",
        "https://app.example.com/cb?x=1#y", "http://localhost/#x",
        // User info.
        "https://user@app.example.com/", "https://user:password@app.example.com/", "https://:@app.example.com/", "https://@app.example.com/",
        "https://app.example.com@evil.example/", "https://app.example.com:443@evil.example/", "https://app.example.com%40evil.example/",
        // Wildcards.
        "https://*.example.com/cb", "https://*/cb", "https://app.example.com/*", "https://app.example.com/cb?*", "https://app.example.com:*/cb",
        "https://app-*.example.com/", "*", "https://*", "com.example.*:/cb", "http://127.0.0.1:*/cb",
        // Control characters and white space, plain and encoded.
        "https://app.example.com/\0", "https://app.example.com/\r\nSet-Cookie:x", "https://app.example.com/\n", "https://app.example.com/\t",
        " https://app.example.com/", "https://app.example.com/ ", "https://app.example.com/a b", "\thttps://app.example.com/", "https://app.exa\tmple.com/",
        "https://app.example.com/\u007f", "https://app.example.com/\u0080", "https://app.example.com/%00", "https://app.example.com/%0d%0aSet-Cookie:x",
        "https://app.example.com/%0A", "https://app.example.com/%1f", "https://app.example.com/%7f", "https://app.example.com/cb?x=%0D",
        "\u200Bhttps://app.example.com/", "https://app.example.com/\u200B", "https://app.example.com/\u202Egnp.exe", "\uFEFFhttps://app.example.com/",
        "https://app.example.com/\u2028", "https://app.example.com/\u00a0",
        // Unicode.
        "https://münchen.example/", "https://app.example.com/ü", "https://аpp.example.com/", "https://app。example.com/", "https://app．example．com/",
        "https://app.example.com／evil", "https://app.example.com\uFF03x", "https://ａpp.example.com/", "https://app.example.com/😀", "ｈttps://app.example.com/",
        // Percent-encoding.
        "https://app.example.com/%", "https://app.example.com/%2", "https://app.example.com/%zz", "https://app.example.com/%u0041",
        "https://app.example.com/cb?x=%", "https://app%2eexample.com/", "https://app.example.com%2fevil/", "https://%61pp.example.com/",
        // Characters that are not of URIs.
        "https://app.example.com\\evil", "https://app.example.com/\\evil", "https://app.example.com/<script>", "https://app.example.com/\"x",
        "https://app.example.com/{id}", "https://app.example.com/|", "https://app.example.com/^", "https://app.example.com/`", "https:\\/app.example.com/",
        "https:/\\app.example.com/", "https://app.example.com;evil.example/", "https://app.example.com,evil.example/", "https://app_x.example.com/",
        // Dot segments.
        "https://app.example.com/./cb", "https://app.example.com/../cb", "https://app.example.com/a/../cb", "https://app.example.com/cb/..",
        "https://app.example.com/cb/.", "https://app.example.com/%2e%2e/cb", "https://app.example.com/.%2E/cb", "https://app.example.com/%2e/cb",
        "https://app.example.com/cb/..?x=1", "com.example.app:/../cb",
        // Hosts and ports.
        "https://app..example.com/", "https://.example.com/", "https://app.example.com./", "https://-app.example.com/", "https://app-.example.com/",
        "https://app.example.com:/", "https://app.example.com:0/", "https://app.example.com:65536/", "https://app.example.com:99999/",
        "https://app.example.com:-1/", "https://app.example.com:8a/", "https://app.example.com:0443/", "https://app.example.com:443:443/",
        "https://app.example.com:+443/", "https://192.0.2/", "https://192.0.2.256/", "https://0xc0.0.2.7/", "https://3221225991/", "https://192.0.2.07/",
        "https://192.0.2.7.8/", "https://1.2.3.4.5/", "https://[2001:db8::1/", "https://2001:db8::1/", "https://[2001:DB8::1]/", "https://[v1.x]/",
        "https://[::1]x/", "https://[]/", "https://[2001:db8:0::1]/", "HTTPS://app.example.com/", "https://APP.example.com/", "Https://app.example.com/",
        // Parameters of answers.
        "https://app.example.com/cb?code=x", "https://app.example.com/cb?state", "https://app.example.com/cb?a=1&error=x", "https://app.example.com/cb?iss=x",
        "https://app.example.com/cb?c%6Fde=x", "https://app.example.com/cb?error_description=x", "com.example.app:/cb?code=1",
    ];

    public static TheoryData<string, string, bool> Comparisons => new()
    {
        { "https://app.example.com/cb", "https://app.example.com/cb", true },
        { "https://app.example.com/cb", "https://app.example.com/cb/", false },
        { "https://app.example.com/cb", "https://app.example.com/CB", false },
        { "https://app.example.com/cb", "https://app.example.com/cb?", false },
        { "https://app.example.com/cb", "https://app.example.com/cb?x=1", false },
        { "https://app.example.com/cb", "https://app.example.com/cb#x", false },
        { "https://app.example.com/cb", "https://app.example.com:443/cb", false },
        { "https://app.example.com/cb", "https://app.example.com/%63b", false },
        { "https://app.example.com/cb", "https://app.example.com/x/../cb", false },
        { "https://app.example.com/cb", "https://app.example.com/cb\0", false },
        { "https://app.example.com/cb", "https://app.example.com/cb ", false },
        { "https://app.example.com/cb", "https://evil.example/https://app.example.com/cb", false },
        { "https://app.example.com/cb", "https://app.example.com.evil.example/cb", false },
        { "https://app.example.com/cb", "https://app.example.com@evil.example/cb", false },
        { "https://app.example.com/cb", "http://app.example.com/cb", false },
        { "https://app.example.com/cb", "", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true },
        { "http://127.0.0.1/cb", "http://127.0.0.1/cb", true },
        { "http://127.0.0.1:8080/cb", "http://127.0.0.1:49152/cb", true },
        { "http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", true },
        { "http://127.0.0.1/cb?x=1", "http://127.0.0.1:1/cb?x=1", true },
        { "http://127.0.0.1", "http://127.0.0.1:1", true },
        { "http://127.0.0.1", "http://127.0.0.1:1/", false },
        { "http://[::1]/cb", "http://[::1]:65535/cb", true },
        { "http://[::1]/cb", "http://127.0.0.1:65535/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:49152/other", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:080/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:80.evil.example/cb", false },
        { "http://127.0.0.1/cb", "http://127.0.0.1:\u0661/cb", false },
        { "http://127.0.0.1/cb", "https://127.0.0.1:49152/cb", false },
        { "http://127.0.0.1/cb", "http://localhost:49152/cb", false },
        { "http://localhost/cb", "http://localhost:49152/cb", false },
        { "http://localhost:3000/cb", "http://localhost:3000/cb", true },
        { "http://localhost:3000/cb", "http://localhost:3001/cb", false },
        { "http://localhost:3000/cb", "http://127.0.0.1:3000/cb", false },
        { "com.example.app:/cb", "com.example.app:/cb", true },
        { "com.example.app:/cb", "com.example.app:/cb2", false },
    };

    [Fact]
    public void The_corpus_has_at_least_two_hundred_different_URIs() =>
        Assert.True(s_good.Concat(s_bad).Distinct(StringComparer.Ordinal).Count() >= 200);

    [Fact]
    public void Good_URIs_are_accepted() => Assert.All(s_good, uri => Assert.Null(UriRules.FindRedirectFault(uri)));

    [Fact]
    public void Bad_URIs_are_refused_with_a_sentence_that_does_not_repeat_them() => Assert.All(s_bad, uri =>
    {
        var fault = UriRules.FindRedirectFault(uri);
        Assert.False(fault is null, $"{uri} is accepted.");
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
        // Shorter ones are parts of the examples in the sentences.
        Assert.True(uri.Length < 20 || !fault.Contains(uri, StringComparison.Ordinal), fault);
    });

    [Fact]
    public void A_URI_has_at_most_two_thousand_characters()
    {
        var longest = "https://app.example.com/".PadRight(2_000, 'x');

        Assert.Null(UriRules.FindRedirectFault(longest));
        Assert.NotNull(UriRules.FindRedirectFault(longest + "x"));
    }

    [Fact]
    public async Task The_route_refuses_and_accepts_the_same()
    {
        var client = shared.Api.CreateClient();
        var created = await shared.Api.CreateClientAsync();

        foreach (var uri in s_bad.Where((_, index) => index % 6 == 0))
        {
            using var refused = await PatchAsync(uri);
            await refused.AssertRefusedMembersAsync("redirect_uris");
        }

        foreach (var uri in s_good.Where((_, index) => index % 6 == 0))
        {
            using var accepted = await PatchAsync(uri);
            Assert.Equal(uri, (await accepted.ReadJsonAsync()).GetProperty("redirect_uris")[0].GetString());
        }

        Task<HttpResponseMessage> PatchAsync(string uri) =>
            client.SendJsonAsync(HttpMethod.Patch, created.Path, created.Superuser, new { redirect_uris = new[] { uri } });
    }

    [Theory]
    [MemberData(nameof(Comparisons))]
    public void A_presented_URI_is_compared_exactly_but_for_the_port_of_a_loopback_address(string registered, string presented, bool isSame) =>
        Assert.Equal(isSame, RedirectUri.IsRegistered([registered], presented));

    [Theory]
    [InlineData("https://api.example.com", true)]
    [InlineData("https://api.example.com/v1?x=1", true)]
    [InlineData("urn:example:api", true)]
    [InlineData("api", false)]
    [InlineData("/api", false)]
    [InlineData("https://api.example.com/#x", false)]
    [InlineData("https://user@api.example.com/", false)]
    [InlineData("urn:", false)]
    [InlineData("urn:exämple", false)]
    public void A_resource_is_an_absolute_URI_without_a_fragment(string uri, bool isGood) =>
        Assert.Equal(isGood, UriRules.FindResourceFault(uri) is null);
}
