namespace Btec.Api.Platform.RateLimiting;

/// <summary>The settings under <c>RateLimiting</c>.</summary>
/// <remarks>Limits per address allow for many people behind one address: a school, an office, a carrier's NAT. They are sized for
/// a class of 30. Limits per account allow for one person who retries a few times. No standard prescribes these
/// numbers.</remarks>
internal sealed class RateLimitingOptions
{
    public const string SectionName = "RateLimiting";

    /// <summary><see langword="false"/> turns off all limits and the delays after wrong passwords.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The limits of logging in with a password: per address, a class of 30 with one retry each within a minute. Per
    /// account, 2,880 guesses a day, which makes guessing any uncommon password infeasible; networks in which the owner is
    /// known are exempt.</summary>
    public RatePolicyOptions Login { get; set; } = new(perAddress: (60, Minutes(1)), perAccount: (30, Minutes(15)));

    /// <summary>The limits of registrations: per address, two classes of 30 an hour.</summary>
    public RatePolicyOptions Register { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (5, Hours(1)));

    /// <summary>The limits of exchanging refresh tokens, counted per token instead of per account. Clients exchange a token once;
    /// several tabs of a browser may repeat it within seconds.</summary>
    public RatePolicyOptions Refresh { get; set; } = new(perAddress: (300, Minutes(1)), perAccount: (30, Minutes(1)));

    /// <summary>The limits of revoking tokens, counted per token instead of per account.</summary>
    public RatePolicyOptions Revocation { get; set; } = new(perAddress: (300, Minutes(1)), perAccount: (30, Minutes(1)));

    /// <summary>The limits of password recovery: each request mails somebody who may not have asked for it.</summary>
    public RatePolicyOptions Recovery { get; set; } = new(perAddress: (30, Hours(1)), perAccount: (5, Hours(1)));

    /// <summary>The limits of password resets, counted per link instead of per account.</summary>
    public RatePolicyOptions Reset { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    /// <summary>The limits of requests for another confirmation mail.</summary>
    public RatePolicyOptions Verification { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (5, Hours(1)));

    /// <summary>The limits of confirmations, counted per link instead of per account.</summary>
    public RatePolicyOptions Confirmation { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    /// <summary>The limits of changing the e-mail address, which also verifies a password.</summary>
    public RatePolicyOptions EmailChange { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    /// <summary>The limits of changing the password, which also verifies the current one.</summary>
    public RatePolicyOptions PasswordChange { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    /// <summary>The limits of other changes to the caller's own account: per user, one a second after a burst. Each is a
    /// transaction with an audit event.</summary>
    public RatePolicyOptions Write { get; set; } = new(perAddress: (600, Minutes(1)), perAccount: (60, Minutes(1)));

    /// <summary>The limits of changes by superusers: per user, enough for a script that imports accounts, each of which costs a
    /// password hash.</summary>
    public RatePolicyOptions Administration { get; set; } = new(perAddress: (600, Minutes(1)), perAccount: (300, Minutes(1)));

    /// <summary>The limits of the second step of a login, counted per <c>mfa_token</c> instead of per account: per address as the first
    /// step, or one client could keep all others of its network from the second.</summary>
    public RatePolicyOptions Mfa { get; set; } = new(perAddress: (60, Minutes(1)), perAccount: (10, Hours(1)));

    /// <summary>The limits of logging in with a passkey, which names no account: per address, a class of 30 whose members ask for a
    /// challenge and answer it within a minute.</summary>
    public RatePolicyOptions Passkey { get; set; } = new(perAddress: (60, Minutes(1)));

    /// <summary>The limits of proving again who the caller is, with a password or a second factor, counted per session instead of
    /// per account.</summary>
    public RatePolicyOptions StepUp { get; set; } = new(perAddress: (60, Hours(1)), perAccount: (10, Hours(1)));

    /// <summary>The limits of changes to the caller's own factors: a third of those of other changes. Each may create a secret or mail
    /// the caller.</summary>
    public RatePolicyOptions Factors { get; set; } = new(perAddress: (200, Minutes(1)), perAccount: (20, Minutes(1)));

    /// <summary>The limits of authorization requests, each of which may store a row: per address, a class of 30 whose members open two
    /// applications within a minute.</summary>
    public RatePolicyOptions Authorize { get; set; } = new(perAddress: (60, Minutes(1)));

    /// <summary>The limit of introspection, only per address, because anybody may name a client: 500 a second, as a service may ask for
    /// each of its requests. An estimate.</summary>
    public RatePolicyOptions Introspection { get; set; } = new(perAddress: (30_000, Minutes(1)));

    /// <summary>The limit of wrong codes of the authenticators of one account at logins, and in each of its sessions: 10, and then one
    /// every 6 minutes. That is 250 guesses a day, of which one in 1,300 days is right: three of a million codes are valid at a
    /// time.</summary>
    public QuotaOptions SecondFactor { get; set; } = new(10, Hours(1));

    /// <summary>The delays in a network in which the owner is not known. People mistype a password a few
    /// times.</summary>
    public BackoffOptions Slowdown { get; set; } = new(5, TimeSpan.FromSeconds(1), Hours(1));

    /// <summary>The delays in a network in which the owner is known: not before the number of consecutive failures
    /// after which NIST asks to disable a password (SP 800-63B-4 section 3.2.2), which here disables nothing.</summary>
    public BackoffOptions KnownSlowdown { get; set; } = new(100, Minutes(1), TimeSpan.FromDays(1));

    private static TimeSpan Minutes(int count) => TimeSpan.FromMinutes(count);

    private static TimeSpan Hours(int count) => TimeSpan.FromHours(count);
}
