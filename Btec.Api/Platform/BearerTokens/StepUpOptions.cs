namespace Btec.Api.Platform.BearerTokens;

/// <summary>The settings under <c>StepUp</c>.</summary>
internal sealed class StepUpOptions
{
    public const string SectionName = "StepUp";

    /// <summary>The longest time since a caller has proved who they are, for what changes the protection of an account: five minutes by
    /// default, one second to a day. No standard sets it; longer than it takes to follow a page, shorter than a break.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(5);
}
