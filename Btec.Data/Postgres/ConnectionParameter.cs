namespace Btec.Data.Postgres;

/// <summary>One parameter of a connection setting, as it was written.</summary>
/// <param name="Name">The name, of libpq or of Npgsql.</param>
/// <param name="Value">The value. It may be a password and is not printed.</param>
internal sealed record ConnectionParameter(string Name, string Value)
{
    private static readonly string[] Secrets = ["password", "pwd", "psw", "sslpassword", "ssl password"];

    /// <summary>Whether it is from the authority of a URL, which its own delimiters end.</summary>
    public bool IsUrlPart { get; init; }

    /// <summary>Whether what follows may be the rest of a password that was not quoted.</summary>
    public bool MayRunOn => !IsUrlPart && Secrets.Contains(Name.Trim(), StringComparer.OrdinalIgnoreCase);

    public override string ToString() => Name;
}
