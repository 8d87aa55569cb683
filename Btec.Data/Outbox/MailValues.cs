namespace Btec.Data.Outbox;

/// <summary>The values that fill a mail template.</summary>
public sealed record MailValues
{
    /// <summary>The name of the recipient, if known.</summary>
    public string? Name { get; init; }

    /// <summary>The one-time token of the link, if the mail has a link.</summary>
    public string? Token { get; init; }

    /// <summary>Another address that the mail mentions.</summary>
    public string? OtherAddress { get; init; }

    /// <summary>The lifetime of the link.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>Returns the name of the type: the token is a secret.</summary>
    public override string ToString() => nameof(MailValues);
}
