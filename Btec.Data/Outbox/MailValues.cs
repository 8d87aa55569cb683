using Btec.Data.Model;

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

    /// <summary>The kind of the second factor that the mail is about.</summary>
    public SecondFactorKind? Factor { get; init; }

    /// <summary>The number of recovery codes that are left.</summary>
    public int? CodesLeft { get; init; }

    /// <summary>The reason of what the mail reports, as a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>The name of the external provider that the mail is about.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets a value indicating whether the recipient's address is not confirmed. Such a mail shows neither the name nor the
    /// other address: anybody can register the address of a stranger, and would send them a text of their own.</summary>
    public bool IsUnconfirmed { get; init; }

    /// <summary>Returns the values of a mail to the current address of a user.</summary>
    /// <param name="user">The user, or <see langword="null"/> for nobody.</param>
    /// <param name="otherAddress">Another address that the mail mentions.</param>
    public static MailValues To(User? user, string? otherAddress = null) =>
        new() { Name = user?.FullName, OtherAddress = otherAddress, IsUnconfirmed = user?.EmailVerifiedAt is null };

    /// <summary>Returns the name of the type: the token is a secret.</summary>
    public override string ToString() => nameof(MailValues);
}
