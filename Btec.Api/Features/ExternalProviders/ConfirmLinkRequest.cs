using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The mailed link that links an external login.</summary>
[JsonExample("""
    {"link_token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y", "token": "Zm9yIHlvdXIgZXllcyBvbmx5LCBhbmQgb25jZSBvbmx5"}
    """)]
public sealed record ConfirmLinkRequest : IBindableFromHttpContext<ConfirmLinkRequest>
{
    /// <summary>The link_token for which the link was mailed.</summary>
    public required Secret LinkToken { get; init; }

    /// <summary>The token of the mailed link.</summary>
    public required Secret Token { get; init; }

    public static ValueTask<ConfirmLinkRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ConfirmLinkRequest>(context);
}
