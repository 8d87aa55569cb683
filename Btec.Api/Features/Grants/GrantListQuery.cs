using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Grants;

/// <summary>The query string of the list of consents.</summary>
internal sealed record GrantListQuery((DateTimeOffset Moment, string ClientId)? After, int Limit) : IBindableFromHttpContext<GrantListQuery>
{
    public static ValueTask<GrantListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var cursor = query.Find("cursor");
        var after = cursor is null ? null : PageCursor.ReadNamedMoment(cursor, OAuthClient.IdMaxLength);
        if (cursor is not null && after is null)
            query.Refuse("cursor", PageCursor.Fault);

        var limit = query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit;
        return ValueTask.FromResult(query.Accept(new GrantListQuery(after, limit)));
    }
}
