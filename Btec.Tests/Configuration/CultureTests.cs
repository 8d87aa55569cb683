using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Configuration;

/// <summary>Machine output under locales whose calendars, digits and signs are not those of machines.</summary>
public sealed class CultureTests
{
    [Theory]
    [InlineData("th_TH.UTF-8")]
    [InlineData("ar_SA.UTF-8")]
    [InlineData("fa_IR.UTF-8")]
    public async Task Logs_and_times_do_not_depend_on_the_locale(string locale)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(database.ToSettings(
            ("Jwt:SigningKey", BtecApi.SigningKey), ("LC_ALL", locale), ("LANG", locale)));
        using var client = await api.ConnectAsync();

        var line = JsonSerializer.Deserialize<JsonElement>((await api.WaitForLineAsync("^{.*Now listening on.*}$")).Value);

        var year = DateTimeOffset.Parse(line.GetProperty("Timestamp").GetString()!, System.Globalization.CultureInfo.InvariantCulture).Year;
        Assert.Equal(TimeProvider.System.GetUtcNow().Year, year);
        var registered = await client.RegisterAsync(ApiMoves.NewEmail());
        Assert.True(registered.GetProperty("id").GetInt32() > 0);
    }

    [Theory]
    [InlineData("th_TH.UTF-8")]
    [InlineData("ar_SA.UTF-8")]
    public async Task Refusals_do_not_depend_on_the_locale(string locale)
    {
        await using var worker = BtecProcess.StartWorker(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Migrations:WaitForDatabase"] = "1.00:00:00",
            ["LC_ALL"] = locale,
        });

        var end = await worker.WaitForEndAsync();

        end.AssertRefused("Migrations:WaitForDatabase");
        Assert.Contains("1.00:00:00", end.Text, StringComparison.Ordinal);
    }
}
