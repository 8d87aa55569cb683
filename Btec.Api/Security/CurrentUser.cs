using Btec.Data;
using Btec.Data.Entities;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Security;

/// <summary>The user that the request's token belongs to, as the database has it now. An endpoint that asks for one requires
/// authorization.</summary>
public sealed class CurrentUser(User user)
{
    public User User => user;

    public static ValueTask<CurrentUser?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<CurrentUser?>(context.Features.GetRequiredFeature<CurrentUser>());
    }
}

/// <summary>The one query of an authenticated request: by primary key, compiled once for the model of this process.</summary>
public sealed class CurrentUserQuery
{
    private readonly Func<BtecDbContext, int, CancellationToken, Task<User?>> _find = EF.CompileAsyncQuery(
        (BtecDbContext database, int id, CancellationToken _) => database.Users.AsNoTracking().FirstOrDefault(user => user.Id == id));

    public Task<User?> FindAsync(BtecDbContext database, int id, CancellationToken cancellationToken) =>
        _find(database, id, cancellationToken);
}
