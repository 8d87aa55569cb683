namespace Btec.Api.Platform.RateLimiting;

/// <summary>A set of limits, with one name in the settings and in the metrics.</summary>
internal sealed class RatePolicy
{
    /// <summary>The policy of both routes that exchange a password for a session.</summary>
    public static readonly RatePolicy Login = new(nameof(Login), options => options.Login, exemptsKnownNetworks: true);

    public static readonly RatePolicy Register = new(nameof(Register), options => options.Register, hidesAccount: true);
    public static readonly RatePolicy Refresh = new(nameof(Refresh), options => options.Refresh);
    public static readonly RatePolicy Revocation = new(nameof(Revocation), options => options.Revocation);
    public static readonly RatePolicy Recovery = new(nameof(Recovery), options => options.Recovery, hidesAccount: true);
    public static readonly RatePolicy Reset = new(nameof(Reset), options => options.Reset);
    public static readonly RatePolicy Verification = new(nameof(Verification), options => options.Verification);
    public static readonly RatePolicy Confirmation = new(nameof(Confirmation), options => options.Confirmation);
    public static readonly RatePolicy EmailChange = new(nameof(EmailChange), options => options.EmailChange);
    public static readonly RatePolicy PasswordChange = new(nameof(PasswordChange), options => options.PasswordChange);
    public static readonly RatePolicy Write = new(nameof(Write), options => options.Write);
    public static readonly RatePolicy Administration = new(nameof(Administration), options => options.Administration);
    public static readonly RatePolicy Mfa = new(nameof(Mfa), options => options.Mfa);
    public static readonly RatePolicy Passkey = new(nameof(Passkey), options => options.Passkey);
    public static readonly RatePolicy StepUp = new(nameof(StepUp), options => options.StepUp);
    public static readonly RatePolicy Authorize = new(nameof(Authorize), options => options.Authorize);
    public static readonly RatePolicy Factors = new(nameof(Factors), options => options.Factors);
    public static readonly RatePolicy Introspection = new(nameof(Introspection), options => options.Introspection);

    public static readonly IReadOnlyList<RatePolicy> All =
    [
        Login, Register, Refresh, Revocation, Recovery, Reset, Verification, Confirmation, EmailChange, PasswordChange, Write,
        Administration, Mfa, Passkey, StepUp, Factors, Authorize, Introspection,
    ];

    private RatePolicy(
        string name,
        Func<RateLimitingOptions, RatePolicyOptions> find,
        bool exemptsKnownNetworks = false,
        bool hidesAccount = false) =>
        (Name, Find, ExemptsKnownNetworks, HidesAccount) = (name, find, exemptsKnownNetworks, hidesAccount);

    public string Name { get; }

    public Func<RateLimitingOptions, RatePolicyOptions> Find { get; }

    /// <summary>Gets a value indicating whether networks in which the owner is known are exempt from the limit per account.
    /// Otherwise a stranger could lock the owner out by exhausting it.</summary>
    public bool ExemptsKnownNetworks { get; }

    /// <summary>Gets a value indicating whether the headers hide what is left of the limit per account, except in a refusal. Anybody
    /// may name the account, and would otherwise learn what its owner has asked for.</summary>
    public bool HidesAccount { get; }
}
