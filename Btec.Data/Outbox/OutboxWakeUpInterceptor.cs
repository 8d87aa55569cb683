using System.Data.Common;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Btec.Data.Outbox;

/// <summary>The interceptor that wakes the mail sender after a commit: before it, the sender would find nothing.</summary>
internal sealed class OutboxWakeUpInterceptor : DbTransactionInterceptor, ISaveChangesInterceptor
{
    public static readonly OutboxWakeUpInterceptor Interceptor = new();

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        PulseIfMail(eventData.Context);

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        PulseIfMail(eventData.Context);
        return Task.CompletedTask;
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        if (eventData.Context?.Database.CurrentTransaction is null)
            PulseIfMail(eventData.Context);

        return result;
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(SavedChanges(eventData, result));

    private static void PulseIfMail(DbContext? context)
    {
        if (context is not null && context.ChangeTracker.Entries<OutgoingMail>().Any())
            context.GetService<MailSignal>().Pulse();
    }
}
