using System.Data.Common;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Btec.Data.Outbox;

/// <summary>The interceptor that wakes the senders after a commit: before it, they would find nothing.</summary>
internal sealed class OutboxWakeUpInterceptor : DbTransactionInterceptor, ISaveChangesInterceptor
{
    public static readonly OutboxWakeUpInterceptor Interceptor = new();

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        Pulse(eventData.Context);

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Pulse(eventData.Context);
        return Task.CompletedTask;
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        if (eventData.Context?.Database.CurrentTransaction is null)
            Pulse(eventData.Context);

        return result;
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(SavedChanges(eventData, result));

    private static void Pulse(DbContext? context)
    {
        if (context is null)
            return;

        var items = context.ChangeTracker.Entries<OutboxItem>().Select(entry => entry.Entity).ToList();
        if (items.Count > 0)
            context.GetService<OutboxSignals>().Pulse(items);
    }
}
