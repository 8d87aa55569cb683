using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.StepUp;

/// <summary>A new proof of identity in a session: exactly one of the members.</summary>
[JsonExample("""{"password": "correct horse battery"}""")]
public sealed record StepUpRequest : IBindableFromHttpContext<StepUpRequest>
{
    /// <summary>The names of the members, of which exactly one is sent.</summary>
    internal const string Proofs = "password, code or recovery_code";

    /// <summary>The caller's password. For a caller with a second factor it is not enough.</summary>
    public Secret? Password { get; init; }

    /// <summary>The current code of an authenticator application.</summary>
    public Secret? Code { get; init; }

    /// <summary>A recovery code, which is used up.</summary>
    public Secret? RecoveryCode { get; init; }

    /// <summary>Returns the proof that was sent, or <see langword="null"/> if there is none or more than one.</summary>
    internal StepUpProof? FindProof()
    {
        StepUpProof?[] proofs =
        [
            Password is null ? null : new StepUpProof.Password(Password),
            Code is null ? null : new StepUpProof.Code(Code),
            RecoveryCode is null ? null : new StepUpProof.RecoveryCode(RecoveryCode),
        ];
        return proofs.OfType<StepUpProof>().ToList() is [var only] ? only : null;
    }

    public static ValueTask<StepUpRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<StepUpRequest>(context);
}
