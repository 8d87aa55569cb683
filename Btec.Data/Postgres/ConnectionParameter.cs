namespace Btec.Data.Postgres;

/// <summary>One parameter of a connection setting, as it was written.</summary>
/// <param name="Name">The name, of libpq or of Npgsql.</param>
/// <param name="Value">The value. It may be a password and is not printed.</param>
internal sealed record ConnectionParameter(string Name, string Value)
{
    private static readonly string[] Secrets = ["password", "pwd", "psw", "sslpassword", "ssl password"];

    /// <summary>Gets a value indicating whether the parameter is a part of the authority of a URL, which ends at a delimiter.</summary>
    public bool IsUrlPart { get; init; }

    /// <summary>Gets a value indicating whether the text after the value may be the rest of an unquoted password.</summary>
    public bool MayRunOn => !IsUrlPart && Secrets.Contains(Name.Trim(), StringComparer.OrdinalIgnoreCase);

    public override string ToString() => Name;
}
