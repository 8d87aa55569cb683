using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;

namespace Btec.Api.Features.Users;

/// <summary>The query string of the list of users.</summary>
/// <param name="Text">Text that the e-mail address or the name contains.</param>
/// <param name="IsActive">The state of the users.</param>
/// <param name="BeforeId">The id of the last user of the previous page.</param>
/// <param name="Limit">The number of users of a page.</param>
internal sealed record UserListQuery(string? Text, bool? IsActive, int? BeforeId, int Limit) : IBindableFromHttpContext<UserListQuery>
{
    public static ValueTask<UserListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var (text, cursor) = (query.Find("q"), query.Find("cursor"));
        if (text is not null && UserSearch.FindFault(text) is { } fault)
            query.Refuse("q", fault);

        var beforeId = cursor is null ? null : PageCursor.ReadId(cursor);
        if (cursor is not null && beforeId is null)
            query.Refuse("cursor", PageCursor.Fault);

        var request = new UserListQuery(
            text,
            query.FindBoolean("is_active"),
            beforeId,
            query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit);
        return ValueTask.FromResult(query.Accept(request));
    }
}
