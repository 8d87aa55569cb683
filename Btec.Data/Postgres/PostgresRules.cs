using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The rules of a connection to PostgreSQL: parameters that can never work are refused at start, and defaults are
/// completed that depend on others.</summary>
internal static class PostgresRules
{
    /// <summary>The default maximum of connections per process. PostgreSQL allows 100 (its default <c>max_connections</c>), and
    /// a rolling deployment doubles the instances; more connections are not faster on a few cores.</summary>
    public const int MaxPoolSize = 20;

    /// <summary>The time for which Npgsql remembers what a host is, in seconds, where <see cref="PostgresConnections"/> makes it forget
    /// that as soon as there is no primary. A host that answers nothing delays connections by <c>Timeout</c> whenever it is
    /// asked.</summary>
    private const int HostRecheckSeconds = 60;

    /// <summary>The same, where there is another host to use meanwhile, so that nothing makes Npgsql forget. Recovery takes at most 5 s
    /// (docs/contract.md); Npgsql's default is 10 s.</summary>
    private const int ShortHostRecheckSeconds = 2;

    private static readonly string[] Files = ["Root Certificate", "SSL Certificate", "SSL Key", "Passfile"];

    /// <summary>Returns whether a parameter was given, under any of its names.</summary>
    public static bool IsSet(NpgsqlConnectionStringBuilder postgres, string keyword) => postgres.ShouldSerialize(keyword);

    /// <summary>Checks and completes a connection string.</summary>
    /// <param name="requiresTls"><see langword="true"/> if a server on the public internet must use TLS, unless <c>SSL Mode</c> says
    /// otherwise.</param>
    /// <param name="isReplica"><see langword="true"/> if the servers only serve reads.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A parameter can never work.</exception>
    public static void Complete(NpgsqlConnectionStringBuilder postgres, string setting, bool requiresTls, bool isReplica = false)
    {
        var hosts = PostgresHosts.Split(postgres.Host!).ToList();
        CheckFiles(postgres, setting);
        CompleteTarget(postgres, setting, hosts.Count, isReplica);
        CompletePool(postgres, setting);
        if (requiresTls && !IsSet(postgres, "SSL Mode") && !hosts.TrueForAll(PostgresHosts.IsNearby))
            postgres.SslMode = SslMode.Require;

        if (postgres.SslNegotiation == SslNegotiation.Direct && postgres.SslMode < SslMode.Require)
            throw ConnectionRefusal.Of(setting, "has the parameter SSL Negotiation, which requires an SSL Mode of Require or more.");
    }

    private static void CheckFiles(NpgsqlConnectionStringBuilder postgres, string setting)
    {
        foreach (var keyword in Files)
        {
            if (postgres.TryGetValue(keyword, out var file) && file is string { Length: > 0 } path && !File.Exists(path))
                throw ConnectionRefusal.Of(setting, $"has the parameter {keyword}, which names a file that does not exist.");
        }
    }

    /// <summary>Chooses the primary among several hosts, or a standby. For one host there is nothing to choose, and Npgsql would refuse the
    /// parameter; readiness checks that the primary accepts writes.</summary>
    private static void CompleteTarget(NpgsqlConnectionStringBuilder postgres, string setting, int hosts, bool isReplica)
    {
        const string keyword = "Target Session Attributes";
        var target = postgres.TargetSessionAttributes;
        if (!isReplica && (target is "standby" or "read-only" || (target == "prefer-standby" && hosts > 1)))
            throw ConnectionRefusal.Of(setting, $"has the parameter {keyword}, which chooses a server that accepts no writes.");

        if (isReplica && target is ("primary" or "read-write" or "prefer-primary"))
            throw ConnectionRefusal.Of(setting, $"has the parameter {keyword}, which chooses the primary.");

        if (hosts == 1)
        {
            postgres.Remove(keyword);
            return;
        }

        postgres.TargetSessionAttributes ??= isReplica ? "standby" : "read-write";
        if (!IsSet(postgres, "Host Recheck Seconds"))
        {
            postgres.HostRecheckSeconds = postgres.TargetSessionAttributes is "read-write" or "primary"
                ? HostRecheckSeconds
                : ShortHostRecheckSeconds;
        }
    }

    private static void CompletePool(NpgsqlConnectionStringBuilder postgres, string setting)
    {
        if (!IsSet(postgres, "Maximum Pool Size"))
            postgres.MaxPoolSize = Math.Max(MaxPoolSize, postgres.MinPoolSize);

        if (postgres.MinPoolSize > postgres.MaxPoolSize || postgres.MaxPoolSize == 0)
            throw ConnectionRefusal.Of(setting, "has a Minimum Pool Size above its Maximum Pool Size, or a maximum of 0.");

        if (postgres.ConnectionPruningInterval == 0 || postgres.ConnectionIdleLifetime < postgres.ConnectionPruningInterval)
        {
            throw ConnectionRefusal.Of(
                setting, "has a Connection Pruning Interval of 0 or above its Connection Idle Lifetime.");
        }
    }
}
