using Microsoft.Extensions.Logging;

namespace Btec.AppHost;

/// <summary>The messages that the AppHost itself logs.</summary>
internal sealed partial class AppHostLog
{
    private AppHostLog()
    {
    }

    [LoggerMessage(LogLevel.Information, "Database: {Database}, because {Reason}.")]
    public static partial void DatabaseChosen(ILogger logger, string database, string reason);
}
