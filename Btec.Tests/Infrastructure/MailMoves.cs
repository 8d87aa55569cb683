using Btec.Data;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Infrastructure;

/// <summary>Shared steps of the mail tests.</summary>
public static class MailMoves
{
    /// <summary>A fixed token, as long as a real one.</summary>
    public const string Token = "Zm9yIHRlc3RzIGFsb25lLCBhbmQgbm90IGEgc2VjcmU";

    /// <summary>Adds a mail to the outbox and commits, as the features do.</summary>
    public static async Task<Guid> AddMailAsync(
        this BtecApi api, string recipient, MailTemplate template = MailTemplate.ResetPassword, MailValues? values = null, int? userId = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        await using var scope = api.Services.CreateAsyncScope();
        return await AddMailAsync(scope.ServiceProvider, recipient, template, values, userId);
    }

    /// <summary>Adds a mail to the outbox without any API in this process noticing, as another process would.</summary>
    public static async Task<Guid> AddMailAsync(
        this TestDatabase database,
        TimeProvider clock,
        string recipient,
        MailTemplate template = MailTemplate.ResetPassword,
        MailValues? values = null)
    {
        var builder = DataLayer.CreateBuilder(database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey)));
        builder.AddBtecDatabase();
        builder.Services.AddSigning().AddMailing().AddSingleton(clock);
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        return await AddMailAsync(scope.ServiceProvider, recipient, template, values, userId: null);
    }

    /// <summary>Reads a row of the outbox.</summary>
    public static Task<OutgoingMail> FindMailAsync(this BtecApi api, Guid id)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(async database => (await database.OutgoingMails.FindAsync(id))!);
    }

    /// <summary>Waits until a row of the outbox satisfies a condition.</summary>
    /// <remarks>Wakes the sender each time: it polls by the test's clock, which stands still, and a statement of its last round may
    /// have timed out on a busy machine.</remarks>
    public static async Task<OutgoingMail> WaitForMailAsync(this BtecApi api, Guid id, Func<OutgoingMail, bool> expected)
    {
        ArgumentNullException.ThrowIfNull(api);
        var signal = api.Services.GetRequiredService<MailSignal>();
        OutgoingMail? found = null;
        try
        {
            await Eventually.IsTrueAsync(
                async () =>
                {
                    if (expected(found = await api.FindMailAsync(id)))
                        return true;

                    signal.Pulse();
                    return false;
                },
                $"mail {id} is as expected");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(
                $"{exception.Message} {found!.Attempts} attempts, next {found.NextAttemptAt:O}, now {api.Clock.GetUtcNow():O}, {found.LastError}",
                exception);
        }

        return found!;
    }

    /// <summary>Advances the clock step by step, so that the sender polls in between, until the condition holds.</summary>
    public static async Task PassUntilAsync(this FakeTimeProvider clock, Func<Task<bool>> condition, TimeSpan step)
    {
        ArgumentNullException.ThrowIfNull(clock);
        await Eventually.IsTrueAsync(
            async () =>
            {
                if (await condition())
                    return true;

                clock.Advance(step);
                return false;
            },
            "enough time has passed");
    }

    private static async Task<Guid> AddMailAsync(
        IServiceProvider services, string recipient, MailTemplate template, MailValues? values, int? userId)
    {
        var database = services.GetRequiredService<BtecDbContext>();
        services.GetRequiredService<MailOutbox>().Add(
            template, recipient, values ?? new MailValues { Token = Token, ValidFor = TimeSpan.FromHours(1) }, userId);
        var id = database.ChangeTracker.Entries<OutgoingMail>().Single().Entity.Id;
        await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        return id;
    }
}
