using System.ComponentModel;

namespace Btec.Commands;

/// <summary>No file ends its lines as Windows does: btec.cs would not start on Unix, and every hash of a file would differ.</summary>
internal static class LineEndings
{
    public static async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var offenders = new List<string>();
        try
        {
            await using var git = Child.Start(
                "git", ["ls-files", "--eol", "--cached", "--others", "--exclude-standard"], ChildEnvironment.Default, Judge, StopManner.Tool);
            if (await git.WaitAsync(cancellationToken) != 0)
                return NotChecked("this is no git checkout");
        }
        catch (Win32Exception)
        {
            return NotChecked("git is not installed");
        }

        foreach (var offender in offenders)
            await Console.Error.WriteLineAsync($"{offender}: Windows line endings; the house has LF.");

        return offenders.Count == 0;

        // As "i/lf    w/crlf  attr/text=auto eol=lf\tPATH".
        void Judge(string line)
        {
            if (line.Contains("/crlf", StringComparison.Ordinal) || line.Contains("/mixed", StringComparison.Ordinal))
                offenders.Add(line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]);
        }
    }

    private static bool NotChecked(string reason)
    {
        Console.WriteLine($"Line endings were not checked: {reason}.");
        return true;
    }
}
