using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>A request for a mailed link that links an external login.</summary>
[JsonExample("""{"link_token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y"}""")]
public sealed record RequestLinkMailRequest : IBindableFromHttpContext<RequestLinkMailRequest>
{
    /// <summary>The link_token that came with link_required.</summary>
    public required Secret LinkToken { get; init; }

    public static ValueTask<RequestLinkMailRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<RequestLinkMailRequest>(context);
}
