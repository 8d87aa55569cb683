using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Sessions;

/// <summary>The query string of the list of sessions.</summary>
/// <param name="Limit">The number of sessions of a page.</param>
/// <param name="After">The last session of the previous page.</param>
internal sealed record SessionListQuery(int Limit, (DateTimeOffset CreatedAt, Guid Id)? After) : IBindableFromHttpContext<SessionListQuery>
{
    public static ValueTask<SessionListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var cursor = query.Find("cursor");
        var after = cursor is null ? null : PageCursor.ReadMoment(cursor);
        if (cursor is not null && after is null)
            query.Refuse("cursor", PageCursor.Fault);

        var request = new SessionListQuery(
            query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit, after);
        return ValueTask.FromResult(query.Accept(request));
    }
}
