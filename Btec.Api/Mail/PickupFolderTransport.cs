using MimeKit;

namespace Btec.Api.Mail;

/// <summary>The transport that writes mails to a folder, for developers and tests.</summary>
internal sealed partial class PickupFolderTransport(string folder) : IMailTransport
{
    public bool Sends => true;

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        // The name is the Message-ID, so that a mail that is written twice is still one file.
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

    [LoggerMessage(LogLevel.Information, "Mail:Host is not set, so mails are written to {Folder} as .eml files.")]
    private static partial void LogFolder(ILogger logger, string folder);
}
