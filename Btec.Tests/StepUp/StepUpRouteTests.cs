using System.Net;
using System.Text.Json.Nodes;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.StepUp;

/// <summary>Every route of the running API, from every state of a session.</summary>
public abstract class StepUpRouteTests(SharedApi shared)
{
    private const string OneFactor = "urn:btec:acr:1";
    private const string TwoFactors = "urn:btec:acr:mfa phr";
    private static readonly TimeSpan s_tooOld = StepUpMoves.MaxAge + TimeSpan.FromSeconds(1);
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : StepUpRouteTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : StepUpRouteTests(shared);

    public static TheoryData<int, string> Rows =>
        [.. StepUpRoutes.All.Select((route, index) => (index, $"{route.Request} {route.Json}".Trim()))];

    [Fact]
    public void Every_route_that_requires_a_token_is_classified()
    {
        var classified = StepUpRoutes.All.Select(route => route.Template).Distinct(StringComparer.Ordinal);

        Assert.Equal(
            FindEndpoints().Select(endpoint => endpoint.Route).Order(StringComparer.Ordinal).ToList(),
            classified.Order(StringComparer.Ordinal).ToList());
    }

    [Fact]
    public void Exactly_the_routes_that_may_require_it_say_so_in_their_metadata()
    {
        var declared = FindEndpoints()
            .Where(endpoint => Api.Platform.BearerTokens.StepUp.Describe([.. endpoint.Metadata]) is not null)
            .Select(endpoint => endpoint.Route);
        var classified = StepUpRoutes.All.Where(route => route.Need != StepUpNeed.Never)
            .Select(route => route.Template).Distinct(StringComparer.Ordinal);

        Assert.Equal(declared.Order(StringComparer.Ordinal).ToList(), classified.Order(StringComparer.Ordinal).ToList());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    [Asvs("7.5.1", "7.5.2", "10.3.4")]
    public async Task Each_request_requires_what_its_route_says(int row, string request)
    {
        var route = StepUpRoutes.All[row];
        Assert.StartsWith(route.Request, request, StringComparison.Ordinal);
        var (isProtected, isBeside) = (route.Need == StepUpNeed.Always, route.Need == StepUpNeed.BesidePassword);
        var (without, with) = (await StartSuperuserAsync(hasSecondFactor: false), await StartSuperuserAsync(hasSecondFactor: true));

        await AssertAsync(route, without, TimeSpan.Zero, "pwd", refusal: null);
        await AssertAsync(route, without, StepUpMoves.MaxAge, "pwd", refusal: null);
        await AssertAsync(route, without, s_tooOld, "pwd", isProtected ? OneFactor : null);
        await AssertAsync(route, without, s_tooOld, StepUpMoves.TwoFactors, isProtected ? OneFactor : null);
        await AssertAsync(route, with, TimeSpan.Zero, "pwd", route.Need != StepUpNeed.Never ? TwoFactors : null);
        await AssertAsync(route, with, s_tooOld, "pwd", route.Need != StepUpNeed.Never ? TwoFactors : null);
        await AssertAsync(route, with, TimeSpan.Zero, StepUpMoves.TwoFactors, refusal: null);
        await AssertAsync(route, with, StepUpMoves.MaxAge, StepUpMoves.Passkey, refusal: null);
        await AssertAsync(route, with, s_tooOld, StepUpMoves.TwoFactors, isProtected || isBeside ? TwoFactors : null);
        await AssertAsync(route, with, s_tooOld, StepUpMoves.Passkey, isProtected || isBeside ? TwoFactors : null);
    }

    [Fact]
    public async Task A_caller_who_may_never_use_a_route_is_not_asked_to_step_up()
    {
        var caller = await StartSuperuserAsync(hasSecondFactor: false);
        await _api.ChangeUserAsync(caller.Id, user => user.IsSuperuser = false);
        var token = await AddSessionAsync(caller, s_tooOld, "pwd");

        foreach (var route in StepUpRoutes.All.Where(route => route.Need == StepUpNeed.Always && route.Template.Contains("users/{id:int}", StringComparison.Ordinal)))
        {
            using var response = await SendAsync(route, caller, token);
            await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Fact]
    public async Task What_is_refused_changes_nothing()
    {
        var caller = await StartSuperuserAsync(hasSecondFactor: false);
        var (id, email, tokens) = await _client.StartAccountAsync();
        var before = await _api.WithDatabaseAsync(async database => await database.Users.FindAsync(id));
        var token = await AddSessionAsync(caller, s_tooOld, "pwd");

        foreach (var change in new JsonObject[] { new() { ["is_superuser"] = true }, new() { ["email"] = ApiMoves.NewEmail() }, new() { ["password"] = AccountMoves.OtherPassword } })
        {
            using var refused = await _client.SendJsonAsync(HttpMethod.Patch, $"/api/users/{id}", token, change);
            await refused.AssertStepUpRequiredAsync(OneFactor);
        }

        using var deletion = await _client.SendAsync(HttpMethod.Delete, $"/api/users/{id}", token);
        await deletion.AssertStepUpRequiredAsync(OneFactor);
        var created = ApiMoves.NewEmail();
        using var creation = await _client.SendJsonAsync(HttpMethod.Post, "/api/users", token, new { email = created, is_superuser = true });
        await creation.AssertStepUpRequiredAsync(OneFactor);
        var after = await _api.WithDatabaseAsync(async database => await database.Users.FindAsync(id));
        Assert.Equivalent(before, after, strict: true);
        Assert.NotEmpty(await _client.LoginAsync(email));
        await _client.AssertAliveAsync(tokens);
        await _client.RegisterAsync(created);
    }

    private IEnumerable<(string Route, EndpointMetadataCollection Metadata)> FindEndpoints() =>
        from endpoint in _api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select ($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint.Metadata);

    private async Task AssertAsync(StepUpRoute route, Caller caller, TimeSpan age, string amr, string? refusal)
    {
        using var response = await SendAsync(route, caller, await AddSessionAsync(caller, age, amr));
        if (refusal is not null)
            await response.AssertStepUpRequiredAsync(refusal);
        else
            Assert.NotEqual(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private Task<HttpResponseMessage> SendAsync(StepUpRoute route, Caller caller, string token)
    {
        var request = route.Request
            .Replace("{id:int}", "2147483647", StringComparison.Ordinal)
            .Replace("{id:guid}", "{id}", StringComparison.Ordinal)
            .Replace("{deliveryId:guid}", "{id}", StringComparison.Ordinal)
            .Replace("{id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
            .Replace("{own}", TokenForge.Open(token).Claims.GetProperty("sid").GetString(), StringComparison.Ordinal)
            .Split(' ');
        var body = route.Json?.Replace("{email}", caller.Email, StringComparison.Ordinal);
        return _client.SendJsonAsync(HttpMethod.Parse(request[0]), request[1], token, body is null ? null : JsonNode.Parse(body));
    }

    private async Task<Caller> StartSuperuserAsync(bool hasSecondFactor)
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        await _api.ChangeUserAsync(id, user => (user.IsSuperuser, user.HasSecondFactor) = (true, hasSecondFactor));
        return new Caller(id, email);
    }

    /// <summary>Adds a session to the database, and returns an access token that says nothing about the proof.</summary>
    private async Task<string> AddSessionAsync(Caller caller, TimeSpan age, string amr)
    {
        var (id, now) = (Guid.CreateVersion7(), _api.Clock.GetStoredNow());
        await _api.WithDatabaseAsync(database =>
        {
            database.Sessions.Add(new Session
            {
                Id = id,
                UserId = caller.Id,
                CreatedAt = now.AddDays(-1),
                LastSeenAt = now,
                ExpiresAt = now.AddDays(1),
                AuthTime = now - age,
                Amr = amr,
            });
            return database.SaveChangesAsync();
        });
        var claims = TokenForge.Claims(_api, caller.Id, caller.Email);
        claims["sid"] = id.ToString();
        return TokenForge.Sign(TokenForge.Header(), claims);
    }

    private sealed record Caller(int Id, string Email);
}
