using Btec.Data.Model;

namespace Btec.Api.Features.Registration;

/// <summary>The outcome of a registration.</summary>
internal abstract record RegistrationResult
{
    private RegistrationResult()
    {
    }

    /// <summary>Calls the function of the outcome. A new outcome is a new parameter, so the compiler finds every
    /// caller.</summary>
    public abstract T Match<T>(Func<User, T> created, Func<T> pending, Func<T> emailTaken, Func<T> closed);

    /// <summary>The account exists.</summary>
    public sealed record Created(User User) : RegistrationResult
    {
        public override T Match<T>(Func<User, T> created, Func<T> pending, Func<T> emailTaken, Func<T> closed) => created(User);
    }

    /// <summary>The account will be created when the mailed link is followed, if nobody has the address.</summary>
    public sealed record Pending : RegistrationResult
    {
        public override T Match<T>(Func<User, T> created, Func<T> pending, Func<T> emailTaken, Func<T> closed) => pending();
    }

    /// <summary>The address is already registered.</summary>
    public sealed record EmailTaken : RegistrationResult
    {
        public override T Match<T>(Func<User, T> created, Func<T> pending, Func<T> emailTaken, Func<T> closed) => emailTaken();
    }

    /// <summary>Registration is closed.</summary>
    public sealed record Closed : RegistrationResult
    {
        public override T Match<T>(Func<User, T> created, Func<T> pending, Func<T> emailTaken, Func<T> closed) => closed();
    }
}
