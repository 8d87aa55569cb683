namespace Btec.Tests.SecondFactors;

/// <summary>A model of one account with second factors, by docs/second-factors.md and docs/contract.md, without HTTP, hashes, rows or
/// races. Each method returns the expected outcome: <c>ok</c>, or the code of the error.</summary>
internal sealed class FactorModel
{
    public const string Ok = "ok";

    private const string TwoFactors = "pwd otp mfa";
    private const int MaxAttempts = 5;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromMinutes(10);

    public bool IsVerified { get; private set; } = true;

    public ModelFactors Factors { get; } = new();

    public List<ModelLogin> Sessions { get; } = [];

    /// <summary>The logins that were asked for a second factor.</summary>
    public List<ModelPendingLogin> Pending { get; } = [];

    public string LogIn(DateTimeOffset now)
    {
        if (Factors.Exist)
        {
            Pending.Add(new ModelPendingLogin(now + AnswerLimit));
            return "mfa_required";
        }

        Sessions.Add(new ModelLogin("pwd", now));
        return Ok;
    }

    public string LogInWithCode(ModelProof proof, DateTimeOffset now)
    {
        if (Factors.Exist && !Factors.Take(proof, now))
            return "code_wrong";

        Sessions.Add(new ModelLogin(Factors.Exist ? TwoFactors : "pwd", now));
        return Ok;
    }

    public string Answer(ModelPendingLogin pending, ModelProof proof, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(pending);
        if (pending.IsVoid || pending.Expires <= now)
            return "mfa_token_invalid";

        if (!Factors.Take(proof, now))
        {
            pending.IsVoid = ++pending.Attempts == MaxAttempts;
            return "code_wrong";
        }

        pending.IsVoid = true;
        Sessions.Add(new ModelLogin(TwoFactors, now));
        return Ok;
    }

    public string StepUp(ModelLogin session, ModelProof proof, DateTimeOffset now) => In(session, () =>
    {
        if (!Factors.Take(proof, now))
            return "code_wrong";

        session.Prove(session.Has("pwd") ? TwoFactors : "otp mfa", now);
        return Ok;
    });

    public string StepUpWithPassword(ModelLogin session, DateTimeOffset now) => In(session, () =>
    {
        // It must not make an older code fresh.
        if (!Factors.Exist || !IsFresh(session, now))
            session.Prove("pwd", now);

        return Ok;
    });

    public string Add(ModelLogin session, DateTimeOffset now) => Fresh(session, now, () =>
    {
        if (!IsVerified)
            return "email_unverified";

        if (Factors.AreFull)
            return "too_many_factors";

        Factors.Add(new ModelAuthenticator(now + ConfirmLimit));
        return Ok;
    });

    public string Confirm(ModelLogin session, ModelAuthenticator added, ModelProof proof, DateTimeOffset now) => In(session, () =>
    {
        if (Factors.Exist && !session.Has("mfa"))
            return "step_up_required";

        if (!Factors.Authenticators.Contains(added) || added.IsConfirmed || added.Expires <= now)
            return "not_found";

        if (proof.Authenticator != added || !added.Takes(proof.Step, now))
            return "code_wrong";

        if (!Factors.Exist)
        {
            session.Amr = TwoFactors;
            Factors.IssueCodes();
        }

        added.IsConfirmed = true;
        End(other => other != session);
        Void();
        return Ok;
    });

    public string Remove(ModelLogin session, ModelAuthenticator removed, DateTimeOffset now) => Fresh(session, now, () =>
    {
        if (!Factors.Authenticators.Contains(removed) || (!removed.IsConfirmed && removed.Expires <= now))
            return "not_found";

        Factors.Remove(removed);
        if (removed.IsConfirmed)
            Void();

        return Ok;
    });

    public string CreateRecoveryCodes(ModelLogin session, DateTimeOffset now) => Fresh(session, now, () =>
    {
        if (!Factors.Exist)
            return "not_found";

        Factors.IssueCodes();
        return Ok;
    });

    public string ChangePassword(ModelLogin session, DateTimeOffset now) => In(session, () =>
    {
        if (Factors.Exist && !IsFresh(session, now))
            return "step_up_required";

        End(other => other != session);
        Void();
        return Ok;
    });

    /// <summary>Resets the password by mail, which takes the account over if the address was not confirmed.</summary>
    public void Reset()
    {
        End(_ => true);
        Void();
        if (!IsVerified)
            Factors.Clear();

        IsVerified = true;
    }

    public void RemoveFactors()
    {
        Factors.Clear();
        Void();
    }

    /// <summary>Gives the account another address: access tokens that name the former one are refused until the next refresh.</summary>
    public void Move()
    {
        IsVerified = false;
        Void();
        Sessions.ForEach(session => session.IsOutdated = true);
    }

    private bool IsFresh(ModelLogin session, DateTimeOffset now) =>
        now - session.AuthTime <= MaxAge && (!Factors.Exist || session.Has("mfa"));

    private string Fresh(ModelLogin session, DateTimeOffset now, Func<string> change) =>
        In(session, () => IsFresh(session, now) ? change() : "step_up_required");

    private static string In(ModelLogin session, Func<string> change) => session.Takes ? change() : "token_invalid";

    private void Void() => Pending.ForEach(pending => pending.IsVoid = true);

    private void End(Func<ModelLogin, bool> which) => Sessions.Where(which).ToList().ForEach(session => session.IsEnded = true);
}
