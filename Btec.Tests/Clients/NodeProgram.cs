using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Btec.Tests.Clients;

/// <summary>A Node program of this folder that answers lines of JSON with lines of JSON. Killed when disposed.</summary>
internal sealed class NodeProgram : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _error = new();

    private NodeProgram(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _error.AppendLine(line.Data);
        process.BeginErrorReadLine();
    }

    public static async Task<NodeProgram> StartAsync(string file, params string[] arguments)
    {
        var folder = await NodePackages.GetFolderAsync();
        return new NodeProgram(Process.Start(new ProcessStartInfo("node", [file, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>Sends a command, and waits for its answer.</summary>
    public async Task<JsonElement> AskAsync(object command)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(AnswerLimit);
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command).AsMemory(), limit.Token);
            await _process.StandardInput.FlushAsync(limit.Token);
            var line = await _process.StandardOutput.ReadLineAsync(limit.Token);
            return line is null
                ? throw new InvalidOperationException($"The program ended:\n{_error}")
                : JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            throw new TimeoutException($"No answer from the program:\n{_error}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
