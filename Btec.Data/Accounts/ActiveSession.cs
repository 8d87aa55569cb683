using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>A session that is alive, with its active user, as the database has them now.</summary>
/// <param name="User">The user of the session.</param>
/// <param name="SessionId">The id of the session.</param>
/// <param name="LastSeenAt">The time of an earlier request of the session, to the minute.</param>
/// <param name="AuthTime">The time at which the user last proved who they are.</param>
/// <param name="Amr">The methods by which they authenticated; see <see cref="AuthenticationMethods"/>.</param>
/// <param name="ClientId">The client that the session was started for, or <see langword="null"/>; see <see cref="Session.ClientId"/>.</param>
/// <param name="Scope">The scopes that the client was granted, separated by spaces.</param>
public sealed record ActiveSession(
    User User, Guid SessionId, DateTimeOffset LastSeenAt, DateTimeOffset AuthTime, string Amr, string? ClientId, string? Scope);
