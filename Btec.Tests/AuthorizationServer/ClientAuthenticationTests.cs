using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The authentication of clients, as the introspection endpoint shows it.</summary>
public abstract class ClientAuthenticationTests(SharedApi shared)
{
    private const string Route = "/api/auth/introspect";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientAuthenticationTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientAuthenticationTests(shared);

    [Fact]
    public async Task A_client_that_may_introspect_authenticates_by_header_or_by_body()
    {
        var client = await CreateAsync();
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var basic = await _client.PostBasicAsync(Route, client.Id, client.Secret!, ("token", tokens.Access));
        using var post = await PostAsync(("client_id", client.Id), ("client_secret", client.Secret!), ("token", tokens.Refresh));
        using var named = await _client.PostBasicAsync(Route, client.Id, client.Secret!, ("client_id", client.Id), ("token", "unknown"));

        Assert.True((await basic.ReadJsonAsync()).GetProperty("active").GetBoolean());
        Assert.True((await post.ReadJsonAsync()).GetProperty("active").GetBoolean());
        Assert.Equal("""{"active":false}""", await named.ReadTextAsync());
    }

    [Fact]
    public async Task A_client_without_that_right_is_forbidden()
    {
        var confidential = await shared.Api.CreateClientAsync();
        var open = await shared.Api.CreateClientAsync(isConfidential: false);

        using var known = await _client.PostBasicAsync(Route, confidential.Id, confidential.Secret!, ("token", "x"));
        using var named = await PostAsync(("client_id", open.Id), ("token", "x"));

        await known.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await named.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task An_unknown_client_and_a_wrong_secret_are_answered_alike()
    {
        var (client, other) = (await CreateAsync(), await CreateAsync());
        var open = await shared.Api.CreateClientAsync(isConfidential: false);
        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, secret) in new[]
        {
            ("unknown", client.Secret!), (client.Id, other.Secret!), (client.Id, RandomSecret.Create()), (client.Id, client.Secret![..42]),
            (client.Id, client.Secret + "A"), (client.Id, client.Secret!.ToUpperInvariant()), (client.Id, $" {client.Secret}"),
            (client.Id.ToUpperInvariant(), client.Secret!), (client.Id + "\0", client.Secret!), ($"{client.Id} ", client.Secret!),
            (client.Id, "pässwörd"), (client.Id, "\u202E"), (client.Id, new string('x', 10_000)), (new string('x', 10_000), client.Secret!),
            ("' OR 1=1 --", client.Secret!), ("😀", client.Secret!), ("btec", client.Secret!), ("btec-pages", client.Secret!), (open.Id, client.Secret!),
        })
        {
            using var post = await PostAsync(("client_id", id), ("client_secret", secret), ("token", "x"));
            using var basic = await _client.PostBasicAsync(Route, id, secret, ("token", "x"));
            answers.Add(await AssertInvalidAsync(post, isBasic: false));
            answers.Add(await AssertInvalidAsync(basic, isBasic: true));
        }

        Assert.Single(answers);
    }

    [Fact]
    [Asvs("10.4.10")]
    public async Task A_confidential_client_without_its_secret_and_a_secret_without_a_client_are_refused()
    {
        var client = await CreateAsync();

        using var missing = await PostAsync(("client_id", client.Id), ("token", "x"));
        using var empty = await PostAsync(("client_id", client.Id), ("client_secret", ""), ("token", "x"));
        using var emptyHeader = await _client.PostBasicAsync(Route, client.Id, "", ("token", "x"));
        using var bearer = await _client.SendAsync(HttpMethod.Post, Route, client.Secret!, ("token", "x"), ("client_id", client.Id));
        using var query = await _client.PostFormAsync($"{Route}?client_id={client.Id}&client_secret={client.Secret}", ("token", "x"));
        using var nobody = await PostAsync(("client_secret", client.Secret!), ("token", "x"));

        await AssertInvalidAsync(missing, isBasic: false);
        await AssertInvalidAsync(empty, isBasic: false);
        await AssertInvalidAsync(emptyHeader, isBasic: true);
        await bearer.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        await query.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Fact]
    public async Task A_public_client_with_a_secret_is_refused()
    {
        var client = await shared.Api.CreateClientAsync(isConfidential: false);

        using var post = await PostAsync(("client_id", client.Id), ("client_secret", "x"), ("token", "x"));
        using var basic = await _client.PostBasicAsync(Route, client.Id, "", ("token", "x"));

        await AssertInvalidAsync(post, isBasic: false);
        await AssertInvalidAsync(basic, isBasic: true);
    }

    [Fact]
    public async Task More_than_one_way_and_two_clients_are_an_invalid_request()
    {
        var (client, other) = (await CreateAsync(), await CreateAsync());

        using var both = await _client.PostBasicAsync(
            Route, client.Id, client.Secret!, ("client_id", client.Id), ("client_secret", client.Secret!), ("token", "x"));
        using var secretOnly = await _client.PostBasicAsync(Route, client.Id, client.Secret!, ("client_secret", client.Secret!), ("token", "x"));
        using var two = await _client.PostBasicAsync(Route, client.Id, client.Secret!, ("client_id", other.Id), ("token", "x"));

        await both.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
        await secretOnly.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
        await two.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !")]
    [InlineData("Basic Og==")]
    [InlineData("Basic YQ==")]
    [InlineData("Basic YTpi YTpi")]
    [InlineData("Basic YTr/")]
    [InlineData("Basic JWZmOmI=")]
    [InlineData("basic YTpi")]
    [InlineData("BASIC YTpi")]
    [InlineData("Basic =YTpi")]
    [InlineData("Basic YTpi, Basic YTpi")]
    public async Task A_malformed_header_is_an_invalid_client(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route);
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", header));
        request.Content = new FormUrlEncodedContent([KeyValuePair.Create("token", "x")]);

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        await AssertInvalidAsync(response, isBasic: true);
    }

    [Fact]
    public async Task A_former_secret_of_two_rotations_ago_is_void_at_once()
    {
        var client = await CreateAsync();
        var second = await RotateAsync(client);
        var third = await RotateAsync(client);

        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(client.Id, client.Secret!));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(client.Id, second));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(client.Id, third));
    }

    [Fact]
    public async Task A_deleted_client_and_one_that_lost_the_right_introspect_nothing()
    {
        var (deleted, demoted) = (await CreateAsync(), await CreateAsync());
        using var deletion = await _client.SendAsync(HttpMethod.Delete, deleted.Path, deleted.Superuser);
        using var change = await _client.SendJsonAsync(HttpMethod.Patch, demoted.Path, demoted.Superuser, new { may_introspect = false });

        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(deleted.Id, deleted.Secret!));
        Assert.Equal(HttpStatusCode.Forbidden, await TryAsync(demoted.Id, demoted.Secret!));
    }

    [Fact]
    public async Task A_superuser_still_introspects_with_an_access_token()
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();

        using var response = await _client.SendAsync(
            HttpMethod.Post, Route, superuser.Access, ("token", superuser.Access), ("client_id", "anything"), ("client_secret", "anything"));

        Assert.True((await response.ReadJsonAsync()).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task The_credentials_of_such_a_client_open_nothing_else()
    {
        var client = await CreateAsync();

        foreach (var path in new[] { "/api/users", "/api/users/me", "/api/oauth-clients", "/api/audit-events" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.Id}:{client.Secret}")));
            using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        }
    }

    private static async Task<string> AssertInvalidAsync(HttpResponseMessage response, bool isBasic)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal(isBasic ? "Basic" : "Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        var answer = await response.ReadJsonAsync();
        Assert.Equal("invalid_client", answer.GetProperty("error").GetString());
        Assert.Equal("client_invalid", answer.GetProperty("code").GetString());
        return answer.GetProperty("error_description").GetString()!;
    }

    private Task<NewClient> CreateAsync() => shared.Api.CreateClientAsync(change: new { may_introspect = true });

    private async Task<string> RotateAsync(NewClient client)
    {
        using var response = await _client.SendAsync(HttpMethod.Post, $"{client.Path}/secret", client.Superuser);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("client_secret").GetString()!;
    }

    private async Task<HttpStatusCode> TryAsync(string id, string secret)
    {
        using var response = await _client.PostBasicAsync(Route, id, secret, ("token", "x"));
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] fields) => _client.PostFormAsync(Route, fields);
}
