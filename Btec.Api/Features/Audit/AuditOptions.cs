using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Audit;

/// <summary>The settings of the audit.</summary>
internal sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>The time for which events are kept, 7 days or more. If it is not set, they are kept forever.</summary>
    public TimeSpan? Retention { get; set; }
}

internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    /// <summary>The shortest retention: 7 days. A shorter one would delete the events of an incident that is still being
    /// investigated; no standard sets it.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        options.Retention is { } retention && retention < Least
            ? ValidateOptionsResult.Fail(
                $"Audit:Retention must be {Least} or more, or left out to keep events forever, but is {retention}.")
            : ValidateOptionsResult.Success;
}
