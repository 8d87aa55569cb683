using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Btec.Data.Postgres;

/// <summary>The interceptor of contexts with several hosts, whose states are forgotten as <see cref="PostgresConnections"/>
/// describes. <see cref="PostgresRetries"/> then tries again.</summary>
internal sealed class PostgresHostStates(PostgresConnections connections) : DbConnectionInterceptor
{
    public override void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) =>
        connections.TryForget(eventData.Exception);

    public override Task ConnectionFailedAsync(
        DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        connections.TryForget(eventData.Exception);
        return Task.CompletedTask;
    }
}
