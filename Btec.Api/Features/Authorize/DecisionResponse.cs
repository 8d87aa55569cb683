using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Authorize;

/// <summary>The address to which the browser goes after a decision.</summary>
[JsonExample("""{"redirect_uri": "https://shop.example/callback?code=kC2o0X9V…&state=af0ifjsldkj&iss=https%3A%2F%2Fauth.example.com"}""")]
public sealed record DecisionResponse
{
    /// <summary>The client's redirect URI with a code, or with an error. Navigate to it.</summary>
    public required Secret RedirectUri { get; init; }
}
