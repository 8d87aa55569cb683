using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Documentation;

/// <summary>The walkthroughs of docs/extending.md, followed in a copy of the repository.</summary>
public sealed partial class ExtendingTests
{
    /// <summary>The limit of a whole run, which takes about two minutes on two cores.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task The_walkthroughs_of_the_document_lead_to_a_phone_and_to_notes()
    {
        if (OperatingSystem.IsWindows())
            TestDatabase.SkipOrFail("scripts/add-migration.sh needs a POSIX shell.");

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var folder = Directory.CreateTempSubdirectory("btec-tests-extending-").FullName;
        try
        {
            await CopyRepositoryAsync(folder, limit.Token);
            await FollowAsync(folder, limit.Token);
            foreach (var project in new[] { "Btec.MigrationService", "Btec.Api" })
                await RunAsync(folder, "dotnet", ["build", project, "-o", Path.Combine(folder, "built", project)], input: null, limit.Token);

            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using (var worker = BtecProcess.StartBuild(
                Path.Combine(folder, "built", "Btec.MigrationService", "Btec.MigrationService.dll"), database.ToSettings()))
                (await worker.WaitForEndAsync()).AssertExitCode(0);

            await using var api = BtecProcess.StartBuild(
                Path.Combine(folder, "built", "Btec.Api", "Btec.Api.dll"),
                database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "10")));
            using var client = await api.ConnectAsync();
            await UsePhoneAndNotesAsync(client);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task UsePhoneAndNotesAsync(HttpClient client)
    {
        var email = ApiMoves.NewEmail();
        using (var registered = await client.PostJsonAsync(
            "/api/auth/register", new { email, password = ApiMoves.Password, phone = " +44 20 7946 0000 " }))
            Assert.Equal(HttpStatusCode.Created, registered.StatusCode);

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await client.LoginAsync(email));
        Assert.Equal("+44 20 7946 0000", await ReadPhoneAsync(client));

        using (var changed = await client.PatchAsJsonAsync(
            "/api/users/me", new { phone = "+44 20 7946 0001" }, TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        Assert.Equal("+44 20 7946 0001", await ReadPhoneAsync(client));

        foreach (var text in new[] { "first", "second" })
        {
            using var added = await client.PostJsonAsync("/api/users/me/notes", new { text });
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        }

        using var listed = await client.GetAsync("/api/users/me/notes?limit=1", accessToken: null);
        var page = await listed.ReadJsonAsync();
        Assert.Equal("second", Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("text").GetString());
        Assert.NotNull(page.GetProperty("next_cursor").GetString());
    }

    private static async Task<string?> ReadPhoneAsync(HttpClient client)
    {
        using var me = await client.GetMeAsync(accessToken: null);
        return (await me.ReadJsonAsync()).GetProperty("phone").GetString();
    }

    /// <summary>Copies the tracked files. Skips the calling test if there is no Git or no checkout.</summary>
    private static async Task CopyRepositoryAsync(string folder, CancellationToken cancellationToken)
    {
        string listed;
        try
        {
            listed = await RunAsync(Documents.Root, "git", ["ls-files", "-z"], input: null, cancellationToken);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            TestDatabase.SkipOrFail($"git: {exception.Message}");
            return;
        }

        foreach (var file in listed.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var source = Path.Combine(Documents.Root, file);
            if (!File.Exists(source))
                continue;

            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.Copy(source, Path.Combine(folder, file));
        }

        await RunAsync(folder, "git", ["init", "--quiet"], input: null, cancellationToken);
    }

    /// <summary>Does what each block of the document says, in its order: writes a file, applies an edit or runs a
    /// command.</summary>
    private static async Task FollowAsync(string folder, CancellationToken cancellationToken)
    {
        var document = await File.ReadAllTextAsync(Path.Combine(folder, "docs", "extending.md"), cancellationToken);
        var blocks = Block().Matches(document);
        Assert.Equal(
            ["csharp", "diff", "sh"],
            blocks.Select(block => block.Groups["kind"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray());
        foreach (Match block in blocks)
        {
            var (path, text) = (block.Groups["path"].Value, block.Groups["text"].Value);
            switch (block.Groups["kind"].Value)
            {
                case "csharp":
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
                    await File.WriteAllTextAsync(Path.Combine(folder, path), text, cancellationToken);
                    break;
                case "diff":
                    Assert.Contains($"+++ b/{path}\n", text, StringComparison.Ordinal);
                    await RunAsync(folder, "git", ["apply", "-"], text, cancellationToken);
                    break;
                default:
                    await RunAsync(folder, "bash", ["-euc", text], input: null, cancellationToken);
                    break;
            }
        }
    }

    /// <summary>Runs a command, and returns its standard output.</summary>
    private static async Task<string> RunAsync(
        string folder, string program, string[] arguments, string? input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // MSBuild takes properties from the environment. The analyzers cost most of the time of a build.
        start.Environment["RunAnalyzers"] = "false";
        // Otherwise processes of the build outlive the test.
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);

        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} exited with code {process.ExitCode}:\n{input}\n{await output}{await error}");
    }

    /// <summary>A block of code below the path of its file, which commands do not have.</summary>
    [GeneratedRegex(
        "(?:^`(?<path>[^`\\n]+)`:?\\n\\n)?^```(?<kind>\\w+)\\n(?<text>.*?)^```$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
