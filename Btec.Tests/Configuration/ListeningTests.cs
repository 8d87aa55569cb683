using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Configuration;

public sealed class ListeningTests
{
    [Fact]
    public async Task PORT_is_listened_on_at_every_address()
    {
        var port = InstalledPostgres.FindFreePort();
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(
            database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey), ("PORT", $"{port}")));

        using var client = await api.ConnectAsync();

        Assert.Contains($"Now listening on: http://0.0.0.0:{port}", api.Text, StringComparison.Ordinal);
        using var response = await client.GetAsync("/alive", accessToken: null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(port, client.BaseAddress!.Port);
    }
}
