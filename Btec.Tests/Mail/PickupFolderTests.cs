using Btec.Tests.Infrastructure;
using MimeKit;

namespace Btec.Tests.Mail;

/// <summary>Mails written to a pickup folder instead of sent. The choice of database does not matter here.</summary>
public sealed class PickupFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-mails-");

    private string Mails => Path.Combine(_folder.FullName, "mails");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Each_mail_becomes_a_file_that_only_its_owner_may_read()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Mail:PickupFolder"] = Mails });

        var id = await api.AddMailAsync("ada@example.com");
        await api.WaitForMailAsync(id, row => row.SentAt is not null);

        var file = Assert.Single(Directory.GetFiles(Mails));
        Assert.EndsWith($"{id:N}.eml", file, StringComparison.Ordinal);
        var message = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal("ada@example.com", message.To.ToString());
        // Without a PublicUrl, links use the address that the API listens on.
        Assert.Contains($"{api.CreateClient().BaseAddress}reset-password#token=", message.TextBody, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_retried()
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
    public async Task In_Development_there_is_a_folder_by_default_and_the_log_names_it()
    {
        await using var api = BtecProcess.StartApi(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Development", ["Passwords:WorkFactor"] = "4" },
            _folder.FullName);

        var line = await api.WaitForLineAsync("Mail:Host is not set, so mails are written to (.*) as .eml files");

        Assert.Equal(Mails, line.Groups[1].Value);
    }
}
