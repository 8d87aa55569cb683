namespace Btec.Data.Model;

/// <summary>An item of the outbox, written in the transaction of the change that it reports.</summary>
public abstract class OutboxItem
{
    /// <summary>The maximum length of a stored error, in characters; longer ones are cut.</summary>
    public const int LastErrorMaxLength = 255;

    /// <summary>A UUID of version 7. It is sent with every attempt, so that a receiver recognizes what it has already received.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the next attempt. A claim moves it ahead, so that no other sender claims the item.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>The number of claims, which a sender compares to find out whether its own still holds.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>The time at which sending was abandoned.</summary>
    public DateTimeOffset? AbandonedAt { get; set; }

    public string? LastError { get; set; }
}
