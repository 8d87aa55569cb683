using Btec.Api.Platform.BearerTokens;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Tests.Keys;

/// <summary>The cache of validated access tokens where a shared secret and published keys verify them side by side.</summary>
public sealed class TokenCacheTests
{
    [Fact]
    public async Task A_token_of_either_kind_is_verified_once_under_one_set_of_keys()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var own = (await api.CreateClient().StartSessionOfNewUserAsync()).Access;
        var client = await api.IssueClientTokenAsync(await api.StartClientSessionAsync());
        var firstOwn = await ValidateAsync(api, own);
        var firstOfClient = await ValidateAsync(api, client);

        Assert.Same(firstOwn, await ValidateAsync(api, own));
        Assert.Same(firstOfClient, await ValidateAsync(api, client));

        // The published keys are read again after 10 seconds; the secret stays.
        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var again = await ValidateAsync(api, client);
        Assert.True(again.IsValid);
        Assert.NotSame(firstOfClient, again);
        Assert.Same(firstOwn, await ValidateAsync(api, own));
    }

    [Fact]
    public async Task A_cached_token_of_a_client_is_refused_once_its_key_is_revoked()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var token = await api.IssueClientTokenAsync(await api.StartClientSessionAsync());
        Assert.True((await ValidateAsync(api, token)).IsValid);

        await api.RevokeKeyAsync(KeyMoves.KeyOf(token));

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.False((await ValidateAsync(api, token)).IsValid);
    }

    private static async Task<TokenValidationResult> ValidateAsync(BtecApi api, string token)
    {
        await api.Services.GetRequiredService<AccessTokenKeys>().LoadAsync($"Bearer {token}", TestContext.Current.CancellationToken);
        return (await api.Services.GetRequiredService<AccessTokenCache>().ValidateAsync(token)).Result;
    }
}
