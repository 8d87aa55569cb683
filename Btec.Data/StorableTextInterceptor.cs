using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Btec.Data;

/// <summary>The interceptor that applies <see cref="StorableText"/> to every statement. Requests are checked where they are
/// read, with the name of the member; this is the one place that no text passes by.</summary>
internal sealed class StorableTextInterceptor : DbCommandInterceptor
{
    public static readonly StorableTextInterceptor Interceptor = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) => Check(command, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default) => ValueTask.FromResult(Check(command, result));

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result) => Check(command, result);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<object> result,
        CancellationToken cancellationToken = default) => ValueTask.FromResult(Check(command, result));

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Check(command, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default) => ValueTask.FromResult(Check(command, result));

    /// <exception cref="UnstorableTextException">A text of the statement is not storable.</exception>
    private static InterceptionResult<T> Check<T>(DbCommand command, InterceptionResult<T> result)
    {
        // Constants of a query are in the text of the statement.
        if (!StorableText.IsStorable(command.CommandText))
            throw new UnstorableTextException();

        foreach (DbParameter parameter in command.Parameters)
        {
            if (!IsStorable(parameter.Value))
                throw new UnstorableTextException();
        }

        return result;
    }

    private static bool IsStorable(object? value) => value switch
    {
        string text => StorableText.IsStorable(text),
        IEnumerable<string?> texts => texts.All(text => StorableText.IsStorable(text)),
        _ => true,
    };
}
