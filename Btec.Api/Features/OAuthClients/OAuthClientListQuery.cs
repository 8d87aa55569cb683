using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.OAuthClients;

/// <summary>The query string of the list of clients.</summary>
/// <param name="After">The last client of the previous page.</param>
/// <param name="Limit">The number of clients of a page.</param>
internal sealed record OAuthClientListQuery((DateTimeOffset Moment, string Id)? After, int Limit)
    : IBindableFromHttpContext<OAuthClientListQuery>
{
    /// <summary>The time of the clients of the configuration in cursors, so that they come first.</summary>
    public static readonly DateTimeOffset Configured = DateTimeOffset.MaxValue;

    public static ValueTask<OAuthClientListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var cursor = query.Find("cursor");
        var after = cursor is null ? null : PageCursor.ReadNamedMoment(cursor, OAuthClient.IdMaxLength);
        if (cursor is not null && after is null)
            query.Refuse("cursor", PageCursor.Fault);

        var limit = query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit;
        return ValueTask.FromResult(query.Accept(new OAuthClientListQuery(after, limit)));
    }
}
