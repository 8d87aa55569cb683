using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>The Python library Authlib, as Debian packages it.</summary>
public sealed class AuthlibTests(AuthlibTests.Server server) : IClassFixture<AuthlibTests.Server>
{
    [Fact]
    public async Task It_signs_a_user_in_verifies_the_id_token_and_refreshes()
    {
        if (await FindReasonAgainstAsync() is { } reason)
            TestDatabase.SkipOrFail(reason);

        var email = ApiMoves.NewEmail();
        await server.Api.CreateClient().RegisterAsync(email);

        var (exitCode, output, error) = await RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients/authlib_client.py"), server.Issuer, OpenIdServer.Confidential, OpenIdServer.Secret,
            email, ApiMoves.Password);

        Assert.True(exitCode == 0, error);
        var seen = JsonSerializer.Deserialize<JsonElement>(output);
        Assert.Equal("/consent", seen.Read("page"));
        Assert.Equal(email, seen.Read("email"));
        Assert.True(seen.GetProperty("is_refreshed").GetBoolean());
    }

    private static async Task<string?> FindReasonAgainstAsync()
    {
        try
        {
            var (exitCode, _, _) = await RunAsync("-c", "import authlib, requests");
            return exitCode == 0 ? null : "Authlib: not installed for python3";
        }
        catch (Win32Exception exception)
        {
            return $"Python: {exception.Message}";
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        // Debian's packages belong to its own Python.
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        using var process = Process.Start(new ProcessStartInfo(python, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));
        return (process.ExitCode, await output, await error);
    }

    public sealed class Server() : OpenIdServer(DatabaseKind.Sqlite);
}
