namespace Btec.Api.Features.Development;

/// <summary>The outcome of a dashboard command. A class, because a record would print the output, which may be a token.</summary>
public sealed class CommandOutcome(string message, string? output = null, bool failed = false)
{
    /// <summary>The outcome in a sentence.</summary>
    public string Message => message;

    /// <summary>The text to read or copy, or <see langword="null"/>.</summary>
    public string? Output => output;

    /// <summary>True if the command found a fault.</summary>
    public bool Failed => failed;
}
