namespace Btec.Data.Outbox;

/// <summary>What a template is filled with.</summary>
public sealed record MailValues
{
    /// <summary>How the recipient is addressed, if their name is known.</summary>
    public string? Name { get; init; }

    /// <summary>The secret of the link, if the mail has one.</summary>
    public string? Token { get; init; }

    /// <summary>Another address that the mail tells of.</summary>
    public string? OtherAddress { get; init; }

    /// <summary>How long the link works.</summary>
    public TimeSpan? ValidFor { get; init; }
}
