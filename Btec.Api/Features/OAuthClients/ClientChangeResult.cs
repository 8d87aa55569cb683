using Btec.Api.Platform.Errors;

namespace Btec.Api.Features.OAuthClients;

/// <summary>The outcome of a change of a client.</summary>
internal abstract record ClientChangeResult
{
    private ClientChangeResult()
    {
    }

    /// <summary>Calls the function of the outcome. A new outcome is a new parameter, so the compiler finds every caller.</summary>
    public abstract T Match<T>(
        Func<ListedClient, T> changed, Func<AuthError, T> refused, Func<IReadOnlyDictionary<string, string[]>, T> conflicting);

    public sealed record Changed(ListedClient Client) : ClientChangeResult
    {
        public override T Match<T>(
            Func<ListedClient, T> changed, Func<AuthError, T> refused, Func<IReadOnlyDictionary<string, string[]>, T> conflicting) =>
            changed(Client);
    }

    public sealed record Refused(AuthError Error) : ClientChangeResult
    {
        public override T Match<T>(
            Func<ListedClient, T> changed, Func<AuthError, T> refused, Func<IReadOnlyDictionary<string, string[]>, T> conflicting) =>
            refused(Error);
    }

    /// <summary>The client would make no sense as a whole.</summary>
    /// <param name="Faults">The faults by the name of the member.</param>
    public sealed record Conflicting(IReadOnlyDictionary<string, string[]> Faults) : ClientChangeResult
    {
        public override T Match<T>(
            Func<ListedClient, T> changed, Func<AuthError, T> refused, Func<IReadOnlyDictionary<string, string[]>, T> conflicting) =>
            conflicting(Faults);
    }
}
