namespace Btec.Tests.SecondFactors;

/// <summary>The second factors of an account in the model.</summary>
internal sealed class ModelFactors
{
    private const int MaxAuthenticators = 5;
    private const int CodesIssued = 10;

    public List<ModelAuthenticator> Authenticators { get; } = [];

    /// <summary>The numbers of the recovery codes that work, in the order in which codes are issued.</summary>
    public HashSet<int> RecoveryCodes { get; } = [];

    /// <summary>The number of recovery codes ever issued.</summary>
    public int IssuedCodes { get; private set; }

    public int Confirmed => Authenticators.Count(authenticator => authenticator.IsConfirmed);

    public bool Exist => Confirmed > 0;

    public bool AreFull => Confirmed == MaxAuthenticators;

    /// <summary>Adds an authenticator, which replaces one that waits to be confirmed.</summary>
    public void Add(ModelAuthenticator added)
    {
        Authenticators.RemoveAll(authenticator => !authenticator.IsConfirmed);
        Authenticators.Add(added);
    }

    /// <summary>Removes an authenticator, and the recovery codes with the last one.</summary>
    public void Remove(ModelAuthenticator removed)
    {
        Authenticators.Remove(removed);
        if (!Exist)
            RecoveryCodes.Clear();
    }

    public void Clear()
    {
        Authenticators.Clear();
        RecoveryCodes.Clear();
    }

    public void IssueCodes()
    {
        RecoveryCodes.Clear();
        RecoveryCodes.UnionWith(Enumerable.Range(IssuedCodes, CodesIssued));
        IssuedCodes += CodesIssued;
    }

    /// <summary>Takes the code of a confirmed authenticator or a recovery code.</summary>
    public bool Take(ModelProof proof, DateTimeOffset now) => proof.RecoveryCode is { } code
        ? RecoveryCodes.Remove(code)
        : proof.Authenticator is { IsConfirmed: true } shown && Authenticators.Contains(shown) && shown.Takes(proof.Step, now);
}
