using System.Text;
using System.Text.Json.Nodes;

namespace Btec.Tests.Infrastructure;

/// <summary>The answer of an authenticator and its browser, before it is signed.</summary>
internal sealed class SoftAnswer
{
    public required string Type { get; set; }

    public required string Challenge { get; set; }

    public required string RelyingPartyId { get; set; }

    public required byte[] CredentialId { get; set; }

    public required byte[]? UserHandle { get; set; }

    public required byte Flags { get; set; }

    public required uint SignCount { get; set; }

    public string Origin { get; set; } = PasskeyMoves.Origin;

    public bool CrossOrigin { get; set; }

    public string? TopOrigin { get; set; }

    public IReadOnlyList<string?> Transports { get; set; } = ["internal", "hybrid"];

    /// <summary>The public key to register instead of its own.</summary>
    public byte[]? PublicKey { get; set; }

    /// <summary>The authenticator data to sign instead of those that are sent.</summary>
    public byte[]? SignedData { get; set; }

    /// <summary>Returns the client data in the form that browsers write (Web Authentication Level 3, section 5.8.1.1).</summary>
    public byte[] ToClientData()
    {
        var data = new JsonObject
        {
            ["type"] = Type,
            ["challenge"] = Challenge,
            ["origin"] = Origin,
            ["crossOrigin"] = CrossOrigin,
        };
        if (TopOrigin is not null)
            data["topOrigin"] = TopOrigin;

        return Encoding.UTF8.GetBytes(data.ToJsonString());
    }
}
