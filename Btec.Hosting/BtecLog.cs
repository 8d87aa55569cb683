using Microsoft.Extensions.Logging;

namespace Btec.Hosting;

/// <summary>The messages in the log of the AppHost.</summary>
internal static partial class BtecLog
{
    [LoggerMessage(LogLevel.Information, "{Name} runs {Form}, because {Reason}. Database: {Database}.")]
    public static partial void Chosen(ILogger logger, string name, string form, string reason, string database);
}
