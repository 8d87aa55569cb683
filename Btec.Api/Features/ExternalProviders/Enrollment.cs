using Btec.Api.Platform.Errors;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The outcome for a person whose login at a provider no account has.</summary>
internal abstract record Enrollment
{
    private Enrollment()
    {
    }

    /// <summary>An account has the login now.</summary>
    public sealed record Known : Enrollment;

    /// <summary>The address has an account, whose owner must prove that it is theirs.</summary>
    public sealed record LinkRequired(Secret Token) : Enrollment;

    /// <summary>There is no account for the person.</summary>
    public sealed record Refused(AuthError Error) : Enrollment;
}
