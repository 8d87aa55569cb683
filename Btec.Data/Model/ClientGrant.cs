namespace Btec.Data.Model;

/// <summary>The consent of a user to a client: the scopes that the client gets without asking again.</summary>
public sealed class ClientGrant
{
    public required int UserId { get; init; }

    public User? User { get; init; }

    public required string ClientId { get; init; }

    public required IReadOnlyList<string> Scopes { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }
}
