using System.Text.Json;
using Btec.Tests.Infrastructure;
using Btec.Tests.Pages;

namespace Btec.Tests.Clients;

/// <summary>The client of clients/typescript, in Node and, on another origin, in Chromium. It does not depend on the database.</summary>
public sealed class TypeScriptClientTests(TypeScriptClientTests.Server server) : IClassFixture<TypeScriptClientTests.Server>
{
    private const string Me = "/api/users/me";

    private static readonly TimeSpan MoreThanTokenLifetime = TimeSpan.FromDays(9);

    [Fact]
    public async Task Its_types_are_those_of_the_OpenAPI_document()
    {
        var document = await server.Api.CreateClient().ReadDocumentAsync();
        var file = Path.Combine(TypeScriptPackage.Source, TypeScriptPackage.Schema);

        var generated = await TypeScriptPackage.GenerateAsync(document.GetRawText());

        if (Environment.GetEnvironmentVariable("BTEC_TEST_UPDATE") == "1")
            await File.WriteAllTextAsync(file, generated, TestContext.Current.CancellationToken);

        var committed = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.True(generated.ReplaceLineEndings() == committed.ReplaceLineEndings(), $"{file} is not current; see its README.");
    }

    [Fact]
    public async Task The_compiler_refuses_routes_members_and_results_that_do_not_exist() =>
        Assert.Null(await TypeScriptPackage.CompileAsync("tsconfig.test.json"));

    [Fact]
    public async Task In_Node_it_signs_in_with_two_factors_steps_up_renews_once_and_signs_out()
    {
        await TypeScriptPackage.GetFolderAsync();
        await using var program = await NodeProgram.StartAsync("typescript/test/run.mjs", server.Origin);

        await AssertLifeAsync(async command =>
        {
            var answer = await program.AskAsync(command);
            Assert.True(answer.TryGetProperty("ok", out var result), answer.GetRawText());
            return result;
        });
    }

    [Fact]
    public async Task In_a_browser_it_signs_in_with_two_factors_steps_up_renews_once_and_signs_out()
    {
        var folder = await TypeScriptPackage.GetFolderAsync();
        var modules = Directory.EnumerateFiles(Path.Combine(folder, "dist"), "*.js").Append(Path.Combine(folder, "test/commands.mjs"));
        await using var application = await BrowserApplication.StartAsync(
            server.Application, "", [.. modules.Select(file => ($"/{Path.GetFileName(file)}", file))]);
        var page = await server.OpenAsync(otherOrigin: server.Application);
        await page.GoToAsync(server.Application);
        await page.RunAsync(
            """
            await page.evaluate(async baseUrl => {
              const [{ BtecClient }, { createCommands }] = await Promise.all([import('/index.js'), import('/commands.mjs')])
              window.commands = createCommands(BtecClient, baseUrl)
            }, values.baseUrl)
            """,
            new { baseUrl = server.Origin });

        await AssertLifeAsync(command => page.RunAsync(
            "return page.evaluate(async ({ do: name, ...rest }) => await commands[name](rest) ?? null, values.command)", new { command }));

        await page.CloseAsync();
    }

    /// <summary>Signs in, and does what a user of the client does, until the account is deactivated.</summary>
    private async Task AssertLifeAsync(Func<object, Task<JsonElement>> ask)
    {
        var user = await server.Api.StartAccountWithTotpAsync();
        var me = new { @do = "call", method = "get", path = Me };
        Assert.Equal("signed_out", (await ask(me)).Read("type"));
        AssertFailed(await ask(new { @do = "login", email = user.Email, password = "wrong" }), "invalid_credentials");

        var login = await ask(new { @do = "login", email = user.Email, password = ApiMoves.Password });
        Assert.Equal("mfa_required", login.Read("type"));
        var methods = login.GetProperty("methods").EnumerateArray().Select(name => name.GetString()!);
        Assert.Equal(["recovery_code", "totp"], methods.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        var factor = new { @do = "secondFactor", mfaToken = login.Read("mfaToken"), factor = new { code = user.Authenticator.WrongCode() } };
        AssertFailed(await ask(factor), "code_wrong");
        var second = new { @do = "secondFactor", mfaToken = login.Read("mfaToken"), factor = new { code = user.Authenticator.CodeAt() } };
        Assert.Equal("signed_in", (await ask(second)).Read("type"));
        var shown = await ask(me);
        Assert.Equal(("ok", user.Email), (shown.Read("type"), shown.GetProperty("data").Read("email")));
        var changed = await ask(new { @do = "call", method = "patch", path = Me, sent = new { body = new { full_name = "Ada" } } });
        Assert.True(changed.Read("type") == "ok", changed.ToString());
        Assert.Equal("Ada", changed.GetProperty("data").Read("full_name"));
        AssertFailed(await ask(new { @do = "call", method = "get", path = "/api/users", sent = new { query = new { limit = 1 } } }), "forbidden");

        await AssertRenewsAsync(ask);
        await AssertStepsUpAsync(ask, user);
        Assert.Equal("AbortError", (await ask(new { @do = "abort" })).GetString());

        await server.Api.ChangeUserAsync(user.Id, row => row.IsActive = false);
        Assert.Equal("signed_out", (await ask(me)).Read("type"));
        Assert.False((await ask(new { @do = "isSignedIn" })).GetBoolean());
        await server.Api.ChangeUserAsync(user.Id, row => row.IsActive = true);
    }

    private async Task AssertRenewsAsync(Func<object, Task<JsonElement>> ask)
    {
        var calls = new { @do = "callAtOnce", method = "get", path = Me, times = 5 };
        server.Api.Clock.Advance(MoreThanTokenLifetime);

        // Without a connection, nothing is forgotten.
        await ask(new { @do = "offline", value = true });
        Assert.All((await ask(calls)).EnumerateArray(), result => AssertFailed(result, "no_answer"));
        await ask(new { @do = "offline", value = false });
        await ask(new { @do = "requests" });

        Assert.All((await ask(calls)).EnumerateArray(), result => Assert.Equal("ok", result.Read("type")));
        var requests = (await ask(new { @do = "requests" })).EnumerateArray().Select(request => request.GetString()).ToList();
        Assert.Single(requests, "POST /api/auth/token");
    }

    private static async Task AssertStepsUpAsync(Func<object, Task<JsonElement>> ask, FactorUser user)
    {
        var delete = new
        {
            @do = "call",
            method = "delete",
            path = "/api/users/me/sessions/{id}",
            sent = new { path = new { id = Guid.CreateVersion7() } },
        };
        var refused = await ask(delete);
        Assert.Equal(("step_up_required", 300), (refused.Read("type"), refused.GetProperty("maxAge").GetInt32()));
        Assert.True(refused.GetProperty("needsSecondFactor").GetBoolean());
        AssertFailed(await ask(new { @do = "stepUp", proof = new { code = user.Authenticator.WrongCode() } }), "code_wrong");

        Assert.Equal("stepped_up", (await ask(new { @do = "stepUp", proof = new { code = user.Authenticator.CodeAt() } })).Read("type"));
        AssertFailed(await ask(delete), "not_found");
    }

    private static void AssertFailed(JsonElement result, string code)
    {
        Assert.True(result.Read("type") == "failed", result.GetRawText());
        Assert.Equal(code, result.GetProperty("problem").Read("code"));
    }

    /// <summary>An API that knows the origin of the application.</summary>
    public sealed class Server : PageBrowser
    {
        public string Application { get; } = $"http://127.0.0.1:{FreePort.Find()}";

        protected override IEnumerable<(string Name, string? Value)> Settings => [("Cors:AllowedOrigins:0", Application)];
    }
}
