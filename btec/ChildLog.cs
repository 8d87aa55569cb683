using System.Text.RegularExpressions;

namespace Btec.Commands;

/// <summary>What a running child writes: kept until the addresses are on the screen, then passed on.</summary>
internal sealed partial class ChildLog(string name)
{
    private readonly Lock _writing = new();
    private readonly List<string> _kept = [];
    private bool _isOpen;

    /// <summary>The dashboard's address with its login token, once the AppHost has written it.</summary>
    public string? Dashboard { get; private set; }

    public void Add(string line)
    {
        lock (_writing)
        {
            if (DashboardPattern.Match(line) is { Success: true } match)
                Dashboard = match.Value;

            if (_isOpen)
                Write(line);
            else
                _kept.Add(line);
        }
    }

    /// <summary>Shows what was kept, and from now on every line as it comes.</summary>
    public void Open()
    {
        lock (_writing)
        {
            _isOpen = true;
            _kept.ForEach(Write);
            _kept.Clear();
        }
    }

    /// <summary>Shows nothing more.</summary>
    public void Close()
    {
        lock (_writing)
            _isOpen = false;
    }

    private void Write(string line) => Console.WriteLine($"{name} | {line}");

    [GeneratedRegex(@"https?://\S+/login\?t=\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DashboardPattern { get; }
}
