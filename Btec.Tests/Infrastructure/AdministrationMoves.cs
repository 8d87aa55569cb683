using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Infrastructure;

/// <summary>The superuser calls that many tests share.</summary>
public static class AdministrationMoves
{
    /// <summary>Registers a new user, makes them a superuser directly in the database, and logs in.</summary>
    public static async Task<Tokens> StartSessionOfSuperuserAsync(this BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        var id = (await client.RegisterAsync(email)).GetProperty("id").GetInt32();
        await api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, true)));
        return await client.StartSessionAsync(email);
    }

    /// <summary>Reads one page of a list, and checks its shape.</summary>
    public static async Task<JsonElement> GetPageAsync(this HttpClient client, string path, string accessToken)
    {
        using var response = await client.GetAsync(path, accessToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        var page = await response.ReadJsonAsync();
        Assert.Equal(["items", "next_cursor"], ApiMoves.NamesOf(page));
        return page;
    }

    /// <summary>Reads a whole list page by page.</summary>
    public static async Task<IReadOnlyList<JsonElement>> GetAllAsync(this HttpClient client, string path, string accessToken, int limit)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await client.GetPageAsync(
                $"{path}{separator}limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}", accessToken);
            var found = page.GetProperty("items").EnumerateArray().ToList();
            Assert.True(found.Count <= limit);
            items.AddRange(found);
            cursor = page.GetProperty("next_cursor").GetString();
            Assert.True(cursor is null || found.Count == limit);
        }
        while (cursor is not null);
        return items;
    }

    /// <summary>Reads the audit events about a user, oldest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> GetAuditAsync(this BtecApi api, int userId, string? type = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        var superuser = await api.StartSessionOfSuperuserAsync();
        var path = $"/api/audit-events?user_id={userId}{(type is null ? "" : $"&type={type}")}";
        var events = await api.CreateClient().GetAllAsync(path, superuser.Access, limit: 100);
        return [.. events.Reverse()];
    }
}
