using Btec.Data.Model;

namespace Btec.Api.Features.SecondFactors;

/// <summary>A second factor that was added or removed.</summary>
internal sealed record ChangedFactor(Guid Id, SecondFactorKind Kind)
{
    /// <summary>Returns the details of its audit event.</summary>
    public Dictionary<string, object?> ToDetails() =>
        new(StringComparer.Ordinal) { ["factor_id"] = Id, ["type"] = Kind.ToWire() };
}
