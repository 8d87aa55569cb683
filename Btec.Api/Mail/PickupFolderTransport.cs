using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Writes mails into a folder, where developers and tests open them.</summary>
internal sealed partial class PickupFolderTransport(string folder) : IMailTransport
{
    public bool Sends => true;

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        // Named after the Message-ID: the same mail is the same file, however often it is written.
        var name = $"{message.MessageId!.Split('@')[0]}.eml";
        var unfinished = Path.Combine(folder, $".{name}");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        await using (var file = new FileStream(unfinished, options))
            await message.WriteToAsync(file, cancellationToken);

        File.Move(unfinished, Path.Combine(folder, name), overwrite: true);
    }

    public void Announce(ILogger logger) => LogFolder(logger, folder);

    [LoggerMessage(LogLevel.Information, "No Mail:Host is set: mails are written to {Folder} as .eml files.")]
    private static partial void LogFolder(ILogger logger, string folder);
}
