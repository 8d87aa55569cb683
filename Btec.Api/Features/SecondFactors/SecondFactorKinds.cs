using Btec.Data.Model;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The names of the kinds of second factors on the wire.</summary>
internal static class SecondFactorKinds
{
    public static string ToWire(this SecondFactorKind kind) => kind switch
    {
        SecondFactorKind.Totp => "totp",
        SecondFactorKind.Passkey => "passkey",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind has no name."),
    };
}
