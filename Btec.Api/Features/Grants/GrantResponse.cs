using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Grants;

/// <summary>An application to which the user has consented.</summary>
[JsonExample("""
    {"client_id": "notes-app", "client_name": "Notes", "client_uri": "https://notes.example.com",
    "scopes": [{"name": "openid", "description": "Know who you are."}], "created_at": "2026-11-30T12:00:00Z",
    "updated_at": "2026-11-30T12:00:00Z"}
    """)]
public sealed record GrantResponse
{
    /// <summary>The id of the application.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its name, or null if it does not exist any more.</summary>
    public required string? ClientName { get; init; }

    /// <summary>Its home page, or null.</summary>
    public required string? ClientUri { get; init; }

    /// <summary>The scopes that it gets without asking again.</summary>
    public required IReadOnlyList<ScopeResponse> Scopes { get; init; }

    /// <summary>The time of the first consent.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the last consent.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    internal static GrantResponse From(ClientGrant grant, RegisteredClient? client, ScopeRules scopes)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return new GrantResponse
        {
            ClientId = grant.ClientId,
            ClientName = client?.Name,
            ClientUri = client?.ClientUri,
            Scopes = [.. grant.Scopes.Select(name => ScopeResponse.From(name, scopes))],
            CreatedAt = grant.CreatedAt,
            UpdatedAt = grant.UpdatedAt,
        };
    }
}
