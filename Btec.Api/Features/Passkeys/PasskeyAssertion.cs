using Btec.Data.Model;

namespace Btec.Api.Features.Passkeys;

/// <summary>The outcome of the use of a passkey.</summary>
internal abstract record PasskeyAssertion
{
    private PasskeyAssertion(int? userId) => UserId = userId;

    /// <summary>Gets the user whose passkey it is or should have been, if known.</summary>
    public int? UserId { get; }

    /// <summary>The passkey is right. <see cref="PasskeyAssertions.TakeAsync"/> decides whether this use of it counts.</summary>
    /// <param name="Passkey">The passkey with its user, as they were before.</param>
    /// <param name="SignCount">The new counter.</param>
    /// <param name="IsBackedUp">The new backup state.</param>
    public sealed record Verified(Passkey Passkey, long SignCount, bool IsBackedUp) : PasskeyAssertion(Passkey.UserId)
    {
        public User User => Passkey.User!;
    }

    /// <summary>The challenge, the passkey or the signature is wrong.</summary>
    public sealed record Refused : PasskeyAssertion
    {
        public Refused(int? userId)
            : base(userId)
        {
        }
    }

    /// <summary>No user has this passkey, so that the client may forget it.</summary>
    public sealed record Unknown : PasskeyAssertion
    {
        public Unknown()
            : base(userId: null)
        {
        }
    }
}
