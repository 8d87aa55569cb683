using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sentry.Extensions.Logging;

namespace Btec.ServiceDefaults;

/// <summary>Reports what is logged as an error to Sentry, or to a service that speaks its protocol.</summary>
internal static class ErrorTracking
{
    public const string Setting = "Sentry:Dsn";

    /// <summary>The time in which reports that wait are sent when the process stops. Docker grants 10 s for everything.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Adds the reports, if an address is configured for them.</summary>
    /// <exception cref="OptionsValidationException"><c>Sentry:Dsn</c> is not the address of a project.</exception>
    public static void AddErrorTracking(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration[Setting] is not { Length: > 0 } dsn)
            return;

        if (!IsDsn(dsn))
            throw new OptionsValidationException(Setting, typeof(ErrorTracking), [$"{Setting} must be a DSN: https://KEY@HOST/PROJECT."]);

        AddReports(builder, dsn);
    }

    /// <summary>Adds the reports. Apart from the method that decides on them, so that the library is loaded for them alone.</summary>
    private static void AddReports(IHostApplicationBuilder builder, string dsn) =>
        builder.Logging.AddSentry(options =>
        {
            options.Dsn = dsn;
            options.Environment = builder.Environment.EnvironmentName;
            options.Release = Assembly.GetEntryAssembly()?.GetName().Version?.ToString(fieldCount: 3);
            options.ShutdownTimeout = ShutdownTimeout;
            KeepPersonalDataOut(options);
            options.SetBeforeSend(NameTrace);
        });

    /// <summary>Leaves out what surrounds an error: of other requests, of the machine, and of servers that were called.</summary>
    private static void KeepPersonalDataOut(SentryLoggingOptions options)
    {
        options.SendDefaultPii = false;
        options.MaxBreadcrumbs = 0;
        options.CaptureFailedRequests = false;
        options.TracePropagationTargets = [];
        options.AutoSessionTracking = false;
    }

    /// <summary>Adds the trace id, which the problem in the answer and the lines of the log have, too. Leaves out the user, who would be
    /// this installation, and the path, if the host adds it to what is logged.</summary>
    private static SentryEvent NameTrace(SentryEvent reported)
    {
        reported.User = new SentryUser();
        reported.UnsetTag("RequestPath");
        if (Activity.Current is { } activity)
            reported.SetTag("trace_id", activity.TraceId.ToHexString());

        return reported;
    }

    /// <summary>Determines whether a text is the address of a project, whose key is the user name and whose number ends the path.</summary>
    private static bool IsDsn(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length > 0
        && uri.Segments[^1].TrimEnd('/').Length > 0;
}
