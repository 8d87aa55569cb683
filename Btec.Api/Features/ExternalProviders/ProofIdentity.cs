using Btec.Data.Model;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Makes the login of a user out of what a provider has said.</summary>
internal static class ProofIdentity
{
    public static ExternalIdentity ToIdentity(this ExternalProof proof, int userId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return new ExternalIdentity
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            Issuer = proof.Issuer,
            Subject = proof.Subject,
            Provider = proof.Provider,
            Email = proof.Email,
            CreatedAt = now,
        };
    }
}
