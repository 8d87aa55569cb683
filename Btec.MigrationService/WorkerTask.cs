namespace Btec.MigrationService;

/// <summary>The tasks of the worker.</summary>
internal enum WorkerTask
{
    /// <summary>The default: migrates the database, brings stored addresses and secrets up to date, and creates the first superuser and the declared
    /// users.</summary>
    Migrate,

    /// <summary><c>--status</c>: lists applied and pending migrations and changes nothing.</summary>
    Status,

    /// <summary><c>--rotate-signing-key</c>: creates new signing keys and migrates nothing.</summary>
    RotateSigningKey,

    /// <summary><c>--revoke-signing-key=KEY_ID</c>: revokes a signing key at once and creates its successor.</summary>
    RevokeSigningKey,

    /// <summary><c>--verify-audit</c>: checks that no audit event has been changed or removed, and changes nothing.</summary>
    VerifyAudit,

    /// <summary><c>--authenticate-audit</c>: authenticates the ends of the audit chains under the current secret.</summary>
    AuthenticateAudit,

    /// <summary><c>--import FILE</c>: imports the users of a file and migrates nothing.</summary>
    Import,
}
