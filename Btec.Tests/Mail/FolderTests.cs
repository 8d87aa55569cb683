using Btec.Tests.Infrastructure;
using MimeKit;

namespace Btec.Tests.Mail;

/// <summary>Mails as files, for those who have no server. The database has no part in it.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-mails-");

    private string Mails => Path.Combine(_folder.FullName, "mails");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_folder_gets_each_mail_as_a_file_that_its_owner_alone_may_read()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Mail:PickupFolder"] = Mails });

        var id = await api.AddMailAsync("ada@example.com");
        await api.WaitForMailAsync(id, row => row.SentAt is not null);

        var file = Assert.Single(Directory.GetFiles(Mails));
        Assert.EndsWith($"{id:N}.eml", file, StringComparison.Ordinal);
        var message = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal("ada@example.com", message.To.ToString());
        // Without a PublicUrl the address that the API listens on.
        Assert.Contains($"{api.CreateClient().BaseAddress}reset-password#token=", message.TextBody, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_tried_again()
    {
        await File.WriteAllTextAsync(Mails, "in the way", TestContext.Current.CancellationToken);
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Mail:PickupFolder"] = Mails });
        var id = await api.AddMailAsync("ada@example.com");
        await api.WaitForMailAsync(id, row => row.LastError is not null);

        File.Delete(Mails);
        api.Clock.Advance(TimeSpan.FromSeconds(10));

        await api.WaitForMailAsync(id, row => row.SentAt is not null);
    }

    [Fact]
    public async Task In_Development_without_settings_there_is_a_folder_and_the_log_says_where()
    {
        await using var api = BtecProcess.StartApi(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Development", ["Passwords:WorkFactor"] = "4" }, _folder.FullName);

        var line = await api.WaitForLineAsync("Mail:Host is not set, so mails are written to (.*) as .eml files");

        Assert.Equal(Mails, line.Groups[1].Value);
    }
}
