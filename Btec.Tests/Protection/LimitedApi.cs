using System.Globalization;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>An API that limits, behind one proxy: tests choose who the client is.</summary>
internal static class LimitedApi
{
    public static Dictionary<string, string?> Settings(params (string Name, string Value)[] others)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["RateLimiting:Enabled"] = "true", ["Proxy:TrustedHops"] = "1" };
        foreach (var (name, value) in others)
            settings[name] = value;

        return settings;
    }

    /// <summary>A client at an address.</summary>
    public static HttpClient From(this BtecApi api, string address)
    {
        var client = api.CreateClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    public static Task<HttpResponseMessage> TryLoginAsync(this HttpClient client, string email, string password = ApiMoves.Password) =>
        client.PostFormAsync("/api/auth/login", ("username", email), ("password", password));

    /// <summary>The value of a header; empty if there is none.</summary>
    public static string Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    /// <summary>Checks a 429, and returns the seconds to wait.</summary>
    public static async Task<int> AssertLimitedAsync(this HttpResponseMessage response)
    {
        await response.AssertProblemAsync(System.Net.HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.NotEmpty(response.Header("RateLimit"));
        Assert.NotEmpty(response.Header("RateLimit-Policy"));
        return int.Parse(response.Header("Retry-After"), CultureInfo.InvariantCulture);
    }
}
