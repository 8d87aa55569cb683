using System.Globalization;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>An API with rate limits behind one proxy, so that tests choose the client's address.</summary>
internal static class LimitedApi
{
    public static Dictionary<string, string?> Settings(params (string Name, string Value)[] others)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["RateLimiting:Enabled"] = "true", ["Proxy:TrustedHops"] = "1" };
        foreach (var (name, value) in others)
            settings[name] = value;

        return settings;
    }

    /// <summary>Creates a client with an address.</summary>
    public static HttpClient From(this BtecApi api, string address)
    {
        var client = api.CreateClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    public static Task<HttpResponseMessage> TryLoginAsync(this HttpClient client, string email, string password = ApiMoves.Password) =>
        client.PostFormAsync("/api/auth/login", ("username", email), ("password", password));

    /// <summary>Returns the value of a header, or an empty string.</summary>
    public static string Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    /// <summary>Checks that the response is a 429, and returns the seconds of Retry-After.</summary>
    public static async Task<int> AssertLimitedAsync(this HttpResponseMessage response)
    {
        await response.AssertProblemAsync(System.Net.HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.NotEmpty(response.Header("RateLimit"));
        Assert.NotEmpty(response.Header("RateLimit-Policy"));
        return int.Parse(response.Header("Retry-After"), CultureInfo.InvariantCulture);
    }
}
