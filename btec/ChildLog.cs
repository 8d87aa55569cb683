namespace Btec.Commands;

/// <summary>What a running child writes: kept until the addresses are on the screen, then passed on.</summary>
internal sealed class ChildLog(string name)
{
    private readonly Lock _writing = new();
    private readonly List<string> _kept = [];
    private bool _isOpen;

    public void Add(string line)
    {
        lock (_writing)
        {
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
}
