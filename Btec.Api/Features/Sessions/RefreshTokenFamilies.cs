using Btec.Api.Platform.BearerTokens;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Sessions;

/// <summary>The families of refresh tokens. They recognize used tokens whose rows have been deleted, also after a change of the secret:
/// a session keeps its family as long as the secret that masks it is configured.</summary>
internal sealed class RefreshTokenFamilies(BtecDbContext database, DerivedKeys keys)
{
    /// <summary>Returns the hash of the family of a token of the current key: the first one of a session, or a successor.</summary>
    public byte[] HashOf(RefreshTokenValue token) => token.FamilyHash(keys.RefreshTokens[0]);

    /// <summary>Returns the session that a token belongs or belonged to, with its user, or <see langword="null"/>.</summary>
    public Task<Session?> FindSessionAsync(RefreshTokenValue token, CancellationToken cancellationToken)
    {
        var families = keys.RefreshTokens.Select(token.FamilyHash).ToList();
        return database.Sessions.AsNoTracking().Include(session => session.User)
            .SingleOrDefaultAsync(
                session => session.TokenFamily != null && families.Contains(session.TokenFamily), cancellationToken);
    }

    /// <summary>Returns the token that a token of a session is exchanged for now.</summary>
    public RefreshTokenValue Successor(Session session, RefreshTokenValue token) =>
        token.Successor(keys.RefreshTokens[0], KeyOf(session, token));

    /// <summary>Returns the token that a used token of a session was exchanged for, or <see langword="null"/> if the secret of that time
    /// is no longer configured.</summary>
    /// <param name="successorHash">The stored hash of that successor.</param>
    public RefreshTokenValue? FindSuccessor(Session session, RefreshTokenValue token, byte[] successorHash)
    {
        var ownKey = KeyOf(session, token);
        return keys.RefreshTokens.Select(key => token.Successor(key, ownKey))
            .FirstOrDefault(successor => successor.Hash().AsSpan().SequenceEqual(successorHash));
    }

    /// <summary>Returns the key that masks the family of a session in one of its tokens. If none is known, a family begins under the
    /// current key: every token has one under every key.</summary>
    private byte[] KeyOf(Session session, RefreshTokenValue token) =>
        keys.RefreshTokens.FirstOrDefault(key => token.FamilyHash(key).AsSpan().SequenceEqual(session.TokenFamily))
        ?? keys.RefreshTokens[0];
}
