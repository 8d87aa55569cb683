using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Audit;

/// <summary>The settings of the audit.</summary>
internal sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>The time for which events are kept, 7 days or more. Without a value they are kept for ever.</summary>
    public TimeSpan? Retention { get; set; }
}

internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    /// <summary>The shortest retention. A shorter one would remove the events of an incident that is still being
    /// investigated.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        options.Retention is { } retention && retention < Least
            ? ValidateOptionsResult.Fail($"Audit:Retention must be {Least} or more, or unset to keep events for ever, but is {retention}.")
            : ValidateOptionsResult.Success;
}
