namespace Btec.Api.Platform.RateLimiting;

/// <summary>What is limited together, under one name in the settings and in the metrics.</summary>
public sealed class RatePolicy
{
    /// <summary>A password for a session, on both routes that offer that.</summary>
    public static readonly RatePolicy Login = new(nameof(Login), options => options.Login, exemptsKnownNetworks: true);

    public static readonly RatePolicy Register = new(nameof(Register), options => options.Register);
    public static readonly RatePolicy Refresh = new(nameof(Refresh), options => options.Refresh);
    public static readonly RatePolicy Recovery = new(nameof(Recovery), options => options.Recovery, exemptsKnownNetworks: true);
    public static readonly RatePolicy Reset = new(nameof(Reset), options => options.Reset);
    public static readonly RatePolicy Verification = new(nameof(Verification), options => options.Verification);
    public static readonly RatePolicy Confirmation = new(nameof(Confirmation), options => options.Confirmation);
    public static readonly RatePolicy EmailChange = new(nameof(EmailChange), options => options.EmailChange);
    public static readonly RatePolicy PasswordChange = new(nameof(PasswordChange), options => options.PasswordChange);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<RatePolicy> All =
        [Login, Register, Refresh, Recovery, Reset, Verification, Confirmation, EmailChange, PasswordChange];

    private RatePolicy(string name, Func<RateLimitingOptions, RatePolicyOptions> find, bool exemptsKnownNetworks = false) =>
        (Name, Find, ExemptsKnownNetworks) = (name, find, exemptsKnownNetworks);

    public string Name { get; }

    public Func<RateLimitingOptions, RatePolicyOptions> Find { get; }

    /// <summary>Whether the limit by account lets through who asks from a network where the account's owner has logged in: strangers
    /// could otherwise use it up.</summary>
    public bool ExemptsKnownNetworks { get; }
}
