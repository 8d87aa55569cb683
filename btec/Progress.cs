using System.Diagnostics;

namespace Btec.Commands;

/// <summary>Says what is under way: on a terminal one line that counts the seconds, in a log a line now and then.</summary>
internal sealed class Progress
{
    private static readonly TimeSpan _terminalBeat = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan _logBeat = TimeSpan.FromSeconds(15);
    private static readonly bool _isTerminal = !Console.IsOutputRedirected;

    private readonly string _what;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _writing = new();
    private string _detail = "";
    private int _shown;

    private Progress(string what) => _what = what;

    /// <summary>Shows the progress of some work, and in the end how it went and how long it took.</summary>
    public static async Task<T> ShowAsync<T>(string what, Func<Progress, Task<T>> work, Func<T, string> outcomeOf)
    {
        var progress = new Progress(what);
        using var ended = new CancellationTokenSource();
        var beating = progress.BeatAsync(ended.Token);
        var outcome = "interrupted";
        try
        {
            var result = await work(progress);
            outcome = outcomeOf(result);
            return result;
        }
        finally
        {
            await ended.CancelAsync();
            await beating;
            progress.Finish(outcome);
        }
    }

    /// <summary>What the work is at: shown behind the seconds.</summary>
    public void At(string detail) => Volatile.Write(ref _detail, detail.Trim());

    /// <summary>Writes a line that stays.</summary>
    public void WriteLine(string line)
    {
        lock (_writing)
        {
            Erase();
            Console.WriteLine(line);
        }
    }

    private string Seconds => $"{Stopwatch.GetElapsedTime(_start).TotalSeconds:0} s";

    private async Task BeatAsync(CancellationToken ended)
    {
        if (!_isTerminal)
            Console.WriteLine($"  {_what} …");

        using var timer = new PeriodicTimer(_isTerminal ? _terminalBeat : _logBeat);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
                Show();
        }
        catch (OperationCanceledException)
        {
            // The work is over.
        }
    }

    private void Show()
    {
        var detail = Volatile.Read(ref _detail);
        var line = detail.Length == 0 ? $"  {_what} … {Seconds}" : $"  {_what} … {Seconds}  {detail}";
        lock (_writing)
        {
            if (!_isTerminal)
            {
                Console.WriteLine(line);
                return;
            }

            // A line as wide as the window would wrap, and could then not be written over. Some terminals report no width.
            var width = Math.Max(Console.WindowWidth - 1, 20);
            line = line.Length > width ? line[..width] : line;
            Console.Write("\r" + line.PadRight(_shown));
            _shown = line.Length;
        }
    }

    private void Finish(string outcome)
    {
        lock (_writing)
        {
            Erase();
            Console.WriteLine($"  {_what}: {outcome}, {Seconds}");
        }
    }

    private void Erase()
    {
        if (_shown > 0)
            Console.Write("\r" + new string(' ', _shown) + "\r");

        _shown = 0;
    }
}
