using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Audit;

public sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>How long events are kept; for ever where it is not set.</summary>
    public TimeSpan? Retention { get; set; }
}

internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    /// <summary>Shorter would remove what an incident of this week is explained by.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        options.Retention is { } retention && retention < Least
            ? ValidateOptionsResult.Fail($"Audit:Retention is {retention}; it is at least {Least}, or not set to keep events for ever.")
            : ValidateOptionsResult.Success;
}
