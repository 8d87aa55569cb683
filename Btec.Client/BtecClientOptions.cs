namespace Btec.Client;

/// <summary>The settings under <c>Btec:Client</c>.</summary>
public sealed class BtecClientOptions
{
    /// <summary>The name of the section.</summary>
    public const string SectionName = "Btec:Client";

    /// <summary>The audience that tokens must have: the URI of this service, if clients ask for tokens for it, or the backend's own, which is the
    /// default of <c>Jwt:Audience</c>.</summary>
    public string Audience { get; set; } = "btec-api";

    /// <summary>Gets or sets a value that allows metadata over http. By default, only in Development.</summary>
    public bool? AllowHttp { get; set; }

    /// <summary>The client that may introspect tokens. With it, every token is introspected, and one that was revoked is refused once
    /// <see cref="IntrospectionCache"/> is over. Without it, tokens count until they expire.</summary>
    public string? IntrospectionClientId { get; set; }

    /// <summary>The secret of that client.</summary>
    public string? IntrospectionClientSecret { get; set; }

    /// <summary>The time for which the answer of an introspection counts, up to a minute. 0 asks for every request.</summary>
    public TimeSpan IntrospectionCache { get; set; } = TimeSpan.FromSeconds(10);
}
