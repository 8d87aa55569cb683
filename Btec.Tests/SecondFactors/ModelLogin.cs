namespace Btec.Tests.SecondFactors;

/// <summary>A session in the model.</summary>
internal sealed class ModelLogin(string amr, DateTimeOffset authTime)
{
    public string Amr { get; set; } = amr;

    public DateTimeOffset AuthTime { get; private set; } = authTime;

    public bool IsEnded { get; set; }

    /// <summary>Gets a value that says whether its access token names an address that the user no longer has.</summary>
    public bool IsOutdated { get; set; }

    public bool Takes => !IsEnded && !IsOutdated;

    public string Acr => Has("mfa") ? "urn:btec:acr:mfa" : "urn:btec:acr:1";

    public bool Has(string word) => Amr.Split(' ').Contains(word, StringComparer.Ordinal);

    /// <summary>Returns the outcome of a request that only needs a living session.</summary>
    public string Call() => Takes ? FactorModel.Ok : "token_invalid";

    /// <summary>Exchanges the refresh token.</summary>
    public string Refresh()
    {
        IsOutdated = false;
        return IsEnded ? "session_ended" : FactorModel.Ok;
    }

    public void Prove(string amr, DateTimeOffset now) => (Amr, AuthTime) = (amr, now);
}

/// <summary>A login that was asked for a second factor.</summary>
internal sealed class ModelPendingLogin(DateTimeOffset expires)
{
    public DateTimeOffset Expires => expires;

    public int Attempts { get; set; }

    public bool IsVoid { get; set; }
}

/// <summary>An authenticator. Its codes are numbers of time steps.</summary>
internal sealed class ModelAuthenticator(DateTimeOffset expires)
{
    private const long StepSeconds = 30;

    private long _lastStep;

    /// <summary>The time up to which it can be confirmed.</summary>
    public DateTimeOffset Expires => expires;

    public bool IsConfirmed { get; set; }

    public static long StepOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>Takes a code: at most a step early or late, and later than the last one.</summary>
    public bool Takes(long step, DateTimeOffset now)
    {
        if (Math.Abs(step - StepOf(now)) > 1 || step <= _lastStep)
            return false;

        _lastStep = step;
        return true;
    }
}

/// <summary>The input of somebody: the code of an authenticator at a time step, a recovery code by its number, or nothing that
/// works.</summary>
internal sealed record ModelProof(ModelAuthenticator? Authenticator = null, long Step = 0, int? RecoveryCode = null);
