using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class RegisterTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RegisterTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RegisterTests(shared);

    [Fact]
    public async Task A_new_address_becomes_a_user_with_a_location()
    {
        var email = ApiMoves.NewEmail();

        using var response = await _client.PostJsonAsync(
            "/api/auth/register", new { email, password = ApiMoves.Password, full_name = "Ada Lovelace" });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var user = await response.ReadJsonAsync();
        Assert.Equal($"/api/users/{user.GetProperty("id").GetInt32()}", response.Headers.Location?.OriginalString);
        Assert.Equal(email, user.GetProperty("email").GetString());
        Assert.Equal("Ada Lovelace", user.GetProperty("full_name").GetString());
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.False(user.GetProperty("is_superuser").GetBoolean());
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Of_fifty_simultaneous_registrations_of_one_address_one_succeeds()
    {
        var email = ApiMoves.NewEmail();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await _client.PostJsonAsync("/api/auth/register", new { email, password = ApiMoves.Password });
            return response.StatusCode;
        }));

        Assert.Equal(1, statuses.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(49, statuses.Count(status => status == HttpStatusCode.Conflict));
    }
}
