using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Btec.Tests.Infrastructure;

/// <summary>A certificate authority that only clients with its <see cref="Validation"/> or its file trust.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly DateTimeOffset _notBefore = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly DateTimeOffset _notAfter = TimeProvider.System.GetUtcNow().AddDays(1);

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        // The root must be valid for longer than the certificates it signs.
        _root = request.CreateSelfSigned(_notBefore.AddHours(-1), _notAfter.AddHours(1));
    }

    /// <summary>A callback that accepts a certificate only if this authority signed it and its name matches.</summary>
    public RemoteCertificateValidationCallback Validation => (_, certificate, _, errors) =>
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && certificate is X509Certificate2 known && chain.Build(known);
    };

    /// <summary>Issues a certificate for a host name.</summary>
    public X509Certificate2 Issue(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_root, _notBefore, _notAfter, RandomNumberGenerator.GetBytes(16));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Issues a certificate for a host name, as the files of a server: <c>server.pem</c>, <c>server.key</c>, and
    /// <c>authority.pem</c> for the <c>SSL_CERT_FILE</c> of clients.</summary>
    public async Task IssueFilesAsync(string host, string folder)
    {
        using var certificate = Issue(host);
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(Path.Combine(folder, "authority.pem"), _root.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _root.Dispose();
}
