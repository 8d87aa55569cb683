using System.Globalization;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The defaults of connection strings, which the configured one overrides.</summary>
internal static class PostgresDefaults
{
    /// <summary>The default connection time-out, in seconds. With the pauses of <see cref="PostgresRetries"/>, or with one
    /// statement that hangs, a request is answered within the 5 seconds of the contract (docs/contract.md, Protection).</summary>
    private const int ConnectTimeoutSeconds = 2;

    /// <summary>The same for each of several hosts, which are tried one after another.</summary>
    private const int ConnectTimeoutPerHostSeconds = 1;

    /// <summary>The default limit of connecting to the replica and of a statement there, in seconds: the primary is asked
    /// afterwards.</summary>
    private const int ReplicaTimeoutSeconds = 1;

    /// <summary>The default time limit of a statement of a request, in seconds; see
    /// <see cref="ConnectTimeoutSeconds"/>.</summary>
    private const int RequestCommandTimeoutSeconds = 2;

    /// <summary>The wait for the answer to the cancellation of a statement that timed out, in milliseconds: none. A commit that waits for a
    /// synchronous standby is only told to wait no longer, and answers that it succeeded, although the standby may not have it
    /// (PostgreSQL 18 manual, section 19.6.2, and SyncRepWaitForLSN). Nor does a server that hangs ever answer.</summary>
    private const int CancellationMilliseconds = -1;

    /// <summary>The number of prepared statements per connection of the API. It has about thirty, and planning one takes PostgreSQL
    /// longer than running it.</summary>
    private const int MaxPrepared = 50;

    /// <summary>The defaults of all connections. GSS encryption is off because Npgsql would look
    /// for a Kerberos library, which .NET's images do not have, on every new connection (npgsql issue 6416).</summary>
    private static readonly string Defaults = string.Create(
        CultureInfo.InvariantCulture,
        $"Cancellation Timeout={CancellationMilliseconds};GSS Encryption Mode=Disable");

    /// <summary>Completes the connection string of the database.</summary>
    /// <param name="answersRequests"><see langword="true"/> if statements have the time limit of requests.</param>
    public static string Complete(string connectionString, bool answersRequests)
    {
        var hasSeveralHosts = new NpgsqlConnectionStringBuilder(connectionString).Host!.Contains(',', StringComparison.Ordinal);
        return Complete(
            connectionString,
            hasSeveralHosts ? ConnectTimeoutPerHostSeconds : ConnectTimeoutSeconds,
            answersRequests ? RequestCommandTimeoutSeconds : null);
    }

    /// <summary>Completes the connection string of the replica.</summary>
    public static string CompleteReplica(string connectionString) => Complete(connectionString, ReplicaTimeoutSeconds, ReplicaTimeoutSeconds);

    /// <summary>Completes a connection string. Of two values of a keyword the last one counts.</summary>
    private static string Complete(string connectionString, int connectTimeout, int? commandTimeout)
    {
        var ofRequests = commandTimeout is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"Command Timeout={seconds};Max Auto Prepare={MaxPrepared};")
            : "";
        var completed = new NpgsqlConnectionStringBuilder(string.Create(
            CultureInfo.InvariantCulture, $"Timeout={connectTimeout};{Defaults};{ofRequests}{connectionString}"));
        // Metrics name a pool by its connection string, with the password if that persists.
        completed.PersistSecurityInfo = false;
        return completed.ToString();
    }
}
