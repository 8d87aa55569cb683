using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Passkeys;

/// <summary>The documents about passkeys that browsers and password managers read.</summary>
internal static class PasskeyDocumentEndpoints
{
    /// <summary>The path of the built-in page on which users manage their passkeys.</summary>
    private const string Page = "/account";

    /// <summary>The path of the front-end's page for that, where the pages are not served.</summary>
    private const string ForeignPage = "/passkeys";

    private const string Caching = "public, max-age=600";

    public static IEndpointRouteBuilder MapPasskeyDocuments(this IEndpointRouteBuilder endpoints)
    {
        var documents = endpoints.MapGroup("/.well-known").WithTags("Passkeys");

        documents.MapGet("/passkey-endpoints", GetPages)
            .WithName("GetPasskeyPages")
            .WithSummary("Get the pages on which users manage their passkeys")
            .WithDescription(
                "For password managers (W3C, A Well-Known URL for Passkey Endpoints). They read it at the root of the relying party's "
                + "domain. 404 without PublicUrl.")
            .ProducesErrors(AuthError.NotFound);

        documents.MapGet("/webauthn", GetRelatedOrigins)
            .WithName("GetRelatedOrigins")
            .WithSummary("Get the other origins that may use the passkeys")
            .WithDescription(
                "For browsers (Web Authentication Level 3, section 5.11). They read it at the root of the relying party's domain. 404 if "
                + "every origin is under that domain.")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static Results<Ok<PasskeyPagesResponse>, ProblemResult> GetPages(
        RelyingParty party, IOptions<PublicAddressOptions> address, IOptions<PagesOptions> pages, HttpResponse response)
    {
        if (!party.IsConfigured || address.Value.PublicUrl is not { } url)
            return AuthError.NotFound.ToProblem();

        response.Headers.CacheControl = Caching;
        var page = $"{url.TrimEnd('/')}{(pages.Value.Enabled ? Page : ForeignPage)}";
        return TypedResults.Ok(new PasskeyPagesResponse { Enroll = page, Manage = page });
    }

    private static Results<Ok<RelatedOriginsResponse>, ProblemResult> GetRelatedOrigins(RelyingParty party, HttpResponse response)
    {
        if (party.RelatedOrigins is not { Count: > 0 } origins)
            return AuthError.NotFound.ToProblem();

        response.Headers.CacheControl = Caching;
        return TypedResults.Ok(new RelatedOriginsResponse { Origins = origins });
    }
}
