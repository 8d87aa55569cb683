using System.Net;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.AuthorizationServer;

/// <summary>A service that verifies tokens with Microsoft's JwtBearer and nothing but the address of this server and an audience.</summary>
public sealed class JwtBearerTests
{
    private const string Audience = "https://orders.example.com";

    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    public async Task JwtBearer_verifies_tokens_of_clients_by_the_authority_alone_after_a_rotation_too(string algorithm)
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, KeyMoves.Es256(("Jwt:Algorithm", algorithm)));
        await using var service = await StartServiceAsync(api.CreateClient().BaseAddress!);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.First()) };
        var session = await api.StartClientSessionAsync(resource: Audience);
        var first = await api.IssueClientTokenAsync(session);
        Assert.Equal(session.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture), await ReadSubjectAsync(client, first));
        Assert.Equal("robot", await ReadSubjectAsync(client, await api.IssueMachineTokenAsync("robot", resource: Audience)));

        if (algorithm == "ES256")
            await api.RotateKeyAsync();
        else
            await RotateRsaAsync(api);

        // The service fetches the keys again when it meets an unknown one.
        api.Clock.Pass(SigningKeySchedule.Propagation);
        var second = await api.IssueClientTokenAsync(session);
        Assert.NotEqual(KeyMoves.KeyOf(first), KeyMoves.KeyOf(second), StringComparer.Ordinal);
        await Eventually.IsTrueAsync(async () => await ReadSubjectAsync(client, second) is not null, "the service has fetched the new key");
        Assert.NotNull(await ReadSubjectAsync(client, first));
    }

    [Fact]
    public async Task JwtBearer_refuses_tokens_for_another_service_and_id_tokens()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        await using var service = await StartServiceAsync(api.CreateClient().BaseAddress!);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.First()) };

        Assert.Null(await ReadSubjectAsync(client, await api.IssueMachineTokenAsync("robot", resource: "https://other.example.com")));
        Assert.Null(await ReadSubjectAsync(client, (await api.IssueIdTokenAsync(await api.StartClientSessionAsync())).Id));
    }

    private static async Task RotateRsaAsync(BtecApi api)
    {
        await using var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SigningKeyRollover>()
            .RotateAsync(api.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
    }

    /// <summary>Calls the service, and returns whom it recognized, or <see langword="null"/> if it refused the token.</summary>
    private static async Task<string?> ReadSubjectAsync(HttpClient client, string token)
    {
        using var response = await client.GetAsync("/", token);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return null;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadTextAsync();
    }

    private static async Task<WebApplication> StartServiceAsync(Uri authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.Authority = authority.ToString();
            options.Audience = Audience;
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
            // The one second in place of five minutes is only for the test.
            options.RefreshInterval = TimeSpan.FromSeconds(1);
        });
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", (HttpContext context) => context.User.FindFirst("sub")!.Value).RequireAuthorization();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
