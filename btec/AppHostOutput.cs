using System.Text.RegularExpressions;

namespace Btec.Commands;

/// <summary>What can be learnt of a starting AppHost from its own log. Aspire promises none of these lines: without them there is less
/// to see while it starts, and nothing else is lost.</summary>
internal sealed partial class AppHostOutput(ChildLog log)
{
    private const string StateCategory = "Aspire.Hosting.ApplicationModel.ResourceNotificationService";

    private readonly Lock _changing = new();
    private bool _isStateMessage;
    private string? _failed;

    /// <summary>Makes the AppHost log how its resources fare; those lines are read here and not shown.</summary>
    public const string Argument = $"--Logging:LogLevel:{StateCategory}=Debug";

    /// <summary>The dashboard's address with its login token, once the AppHost has written it.</summary>
    public string? Dashboard { get; private set; }

    /// <summary>The resource that changed last, and what it is doing.</summary>
    public string? LastChange { get; private set; }

    /// <summary>The resource that has failed to start since this was last asked.</summary>
    public string? TakeFailed()
    {
        lock (_changing)
        {
            var failed = _failed;
            _failed = null;
            return failed;
        }
    }

    public void Read(string line)
    {
        lock (_changing)
        {
            if (HeaderPattern.IsMatch(line))
                _isStateMessage = line.StartsWith($"dbug: {StateCategory}", StringComparison.Ordinal);

            if (_isStateMessage)
                ReadState(line);
            else
                log.Add(line);

            if (DashboardPattern.Match(line) is { Success: true } address)
                Dashboard = address.Value;
        }
    }

    private void ReadState(string line)
    {
        if (StatePattern.Match(line) is not { Success: true } change)
            return;

        var (name, state) = (change.Groups["name"].Value, change.Groups["state"].Value);
        LastChange = $"{name}: {state}";
        if (state == "FailedToStart")
            _failed = name;
    }

    [GeneratedRegex("^(trce|dbug|info|warn|fail|crit): ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderPattern { get; }

    [GeneratedRegex(@"Resource (?<name>[^/\s]+)\S* changed state: (.* -> )?(?<state>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatePattern { get; }

    [GeneratedRegex(@"https?://\S+/login\?t=\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DashboardPattern { get; }
}
