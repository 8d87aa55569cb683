using Btec.Api.Platform.BearerTokens;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Sessions;

/// <summary>The families of refresh tokens. They recognize used tokens whose rows have been deleted.</summary>
internal sealed class RefreshTokenFamilies(BtecDbContext database, DerivedKeys keys)
{
    /// <summary>Returns the session that a token belongs or belonged to, with its user, or <see langword="null"/>.</summary>
    public Task<Session?> FindSessionAsync(RefreshTokenValue token, CancellationToken cancellationToken)
    {
        var family = token.FamilyHash(keys.RefreshTokens);
        return database.Sessions.AsNoTracking().Include(session => session.User)
            .SingleOrDefaultAsync(session => session.TokenFamily == family, cancellationToken);
    }
}
