using Microsoft.Extensions.Options;

namespace Btec.Data.Postgres;

/// <summary>The settings of the read replica.</summary>
public sealed class ReplicaOptions
{
    public const string SectionName = "Replica";

    /// <summary>The oldest state that a list may show, from 2 seconds to 1 hour. A standby that may be further behind is not
    /// read.</summary>
    public TimeSpan MaxLag { get; set; } = TimeSpan.FromSeconds(10);
}

internal sealed class ReplicaOptionsValidator : IValidateOptions<ReplicaOptions>
{
    /// <summary>The least bound: twice the period of <see cref="ReadReplica"/>, whose last look is up to one period old.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ReplicaOptions options) =>
        options.MaxLag < Least || options.MaxLag > Most
            ? ValidateOptionsResult.Fail($"Replica:MaxLag must be from {Least} to {Most}, but is {options.MaxLag}.")
            : ValidateOptionsResult.Success;
}
