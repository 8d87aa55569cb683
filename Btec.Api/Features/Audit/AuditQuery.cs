using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Audit;

/// <summary>The query string of the list of audit events.</summary>
internal sealed record AuditQuery(AuditFilter Filter) : IBindableFromHttpContext<AuditQuery>
{
    public static ValueTask<AuditQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var filter = new AuditFilter(
            query.FindInteger("user_id", 1, int.MaxValue),
            query.Find("type"),
            query.FindMoment("from"),
            query.FindMoment("to"),
            query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit,
            query.Find("cursor") is { } cursor ? PageCursor.ReadMoment(cursor) : null);
        if (filter.After is null && query.Find("cursor") is not null)
            query.Refuse("cursor", PageCursor.Fault);

        return ValueTask.FromResult(query.Accept(new AuditQuery(filter)));
    }
}
