using Btec.Api.Features.Users;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Authorize;

/// <summary>An authorization request that waits for its user.</summary>
[JsonExample("""
    {
        "client": {"id": "shop", "name": "The shop", "uri": "https://shop.example", "is_first_party": false},
        "scopes": [{"name": "email", "description": "See your e-mail address."}],
        "user": {
            "id": 1, "email": "ada@example.com", "full_name": "Ada Lovelace", "is_active": true, "is_superuser": false,
            "email_verified": true, "created_at": "2026-01-31T09:30:00.000000Z"
        },
        "needs": "consent", "login_hint": null, "expires_at": "2026-01-31T09:40:00.000000Z"
    }
    """)]
public sealed record AuthorizationResponse
{
    /// <summary>The client that asks.</summary>
    public required AuthorizationClient Client { get; init; }

    /// <summary>The scopes that the client asks for.</summary>
    public required IReadOnlyList<ScopeResponse> Scopes { get; init; }

    /// <summary>The user who is signed in in this browser, or null.</summary>
    public required UserResponse? User { get; init; }

    /// <summary>The missing step: sign_in (perhaps again, because the client requires a newer or stronger proof), consent, or
    /// nothing.</summary>
    public required string Needs { get; init; }

    /// <summary>The e-mail address that the client suggests, or null. Anybody can make one up.</summary>
    public required string? LoginHint { get; init; }

    /// <summary>The time until which the request can be answered.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    internal static AuthorizationResponse From(WaitingAuthorization waiting, User? user, ScopeRules scopes) => new()
    {
        Client = AuthorizationClient.From(waiting.Client),
        Scopes = [.. AuthorizationPrompt.Split(waiting.Request.Scope).Select(name => ScopeResponse.From(name, scopes))],
        User = user is null ? null : UserResponse.From(user),
        Needs = waiting.Need switch
        {
            AuthorizationNeed.SignIn => "sign_in",
            AuthorizationNeed.Consent => "consent",
            _ => "nothing",
        },
        LoginHint = waiting.Request.LoginHint,
        ExpiresAt = waiting.Request.ExpiresAt,
    };
}

/// <summary>A client that asks a user for access.</summary>
public sealed record AuthorizationClient
{
    /// <summary>The client_id.</summary>
    public required string Id { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The home page, or null.</summary>
    public required string? Uri { get; init; }

    /// <summary>True if the client belongs to the operator. Its users are not asked for consent.</summary>
    public required bool IsFirstParty { get; init; }

    internal static AuthorizationClient From(RegisteredClient client) =>
        new() { Id = client.Id, Name = client.Name, Uri = client.ClientUri, IsFirstParty = client.IsFirstParty };
}
