using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The answer of a provider, as a browser brings it (RFC 6749 section 4.1.2, RFC 9207).</summary>
/// <param name="State">The <c>state</c>.</param>
/// <param name="Code">The authorization code.</param>
/// <param name="Error">The error.</param>
/// <param name="Issuer">The <c>iss</c>.</param>
internal sealed record ProviderAnswer(Secret? State, Secret? Code, string? Error, string? Issuer) : IBindableFromHttpContext<ProviderAnswer>
{
    public static ValueTask<ProviderAnswer?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        return ValueTask.FromResult(query.Accept(new ProviderAnswer(
            FindSecret(query, "state"), FindSecret(query, "code"), query.Find("error"), query.Find("iss"))));
    }

    private static Secret? FindSecret(QueryFields query, string name) => query.Find(name) is { } value ? new Secret(value) : null;
}
