using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Configuration;

public sealed class ListeningTests
{
    [Fact]
    public async Task The_API_listens_on_PORT_on_all_addresses()
    {
        var port = FreePort.Find();
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(
            database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey), ("PORT", $"{port}")));

        using var client = await api.ConnectAsync();

        Assert.Contains($"Now listening on: http://0.0.0.0:{port}", api.Text, StringComparison.Ordinal);
        using var response = await client.GetAsync("/alive", accessToken: null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(port, client.BaseAddress!.Port);
    }

    [Fact]
    public async Task HTTPS_uses_the_configured_certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var folder = Directory.CreateTempSubdirectory("btec-tests-https-");
        try
        {
            var (certificateFile, keyFile) = (Path.Combine(folder.FullName, "certificate.pem"), Path.Combine(folder.FullName, "key.pem"));
            await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using var api = BtecProcess.StartApi(database.ToSettings(
                ("Jwt:SigningKey", BtecApi.SigningKey), ("Kestrel:Endpoints:Secure:Url", "https://127.0.0.1:0"),
                ("Kestrel:Certificates:Default:Path", certificateFile), ("Kestrel:Certificates:Default:KeyPath", keyFile)));
            var address = (await api.WaitForLineAsync("Now listening on: (https://[^\"\\s]+)")).Groups[1].Value;
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
            using var client = new HttpClient(handler) { BaseAddress = new Uri(address) };

            using var response = await client.GetAsync("/alive", accessToken: null);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
