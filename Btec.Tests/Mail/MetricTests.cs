using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Btec.Api.Mail;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Mail;

/// <summary>What operators watch. The database has no part in it.</summary>
public sealed class MetricTests
{
    [Fact]
    public async Task Mails_are_counted_as_failed_and_sent_and_the_age_of_the_queue_is_told()
    {
        await using var inbox = SmtpInbox.Start();
        inbox.Script = (command, _) => Task.FromResult(command == "MAIL" ? "451 4.3.0 try later" : null);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        var measured = new ConcurrentQueue<string>();
        using var listener = Listen(api, measured);

        var id = await api.AddMailAsync("ada@example.com");
        await api.WaitForMailAsync(id, row => row.LastError is not null);
        await WaitForAsync(listener, measured, "btec.mails.failed 1 template=ResetPassword reason=smtp_451");
        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        api.Clock.Advance(TimeSpan.FromSeconds(2));
        await WaitForAsync(listener, measured, "btec.mails.queue.age 2");
        api.Clock.Advance(MailSender.PollPeriod);

        await WaitForAsync(listener, measured, "btec.mails.sent 1 template=ResetPassword");
        await WaitForAsync(listener, measured, "btec.mails.queue.age 0");
        Assert.DoesNotContain(measured, line => line.Contains('@', StringComparison.Ordinal));
    }

    private static Task WaitForAsync(MeterListener listener, ConcurrentQueue<string> measured, string expected) => Eventually.IsTrueAsync(
        () =>
        {
            listener.RecordObservableInstruments();
            return Task.FromResult(measured.Contains(expected, StringComparer.Ordinal));
        },
        $"{expected} among {string.Join(", ", measured.Distinct(StringComparer.Ordinal))}");

    /// <summary>To this API alone: others run in this process.</summary>
    private static MeterListener Listen(BtecApi api, ConcurrentQueue<string> measured)
    {
        var factory = api.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == factory && instrument.Name.StartsWith("btec.mails", StringComparison.Ordinal))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, Math.Round(value), tags));
        listener.Start();
        return listener;

        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Enqueue($"{instrument.Name} {value}{string.Concat(tags.ToArray().Select(tag => $" {tag.Key}={tag.Value}"))}");
    }
}
