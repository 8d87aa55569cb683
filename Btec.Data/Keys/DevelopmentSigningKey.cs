using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>In Development, a signing key that the system makes for itself and keeps, so that tokens outlive a restart.</summary>
internal sealed class DevelopmentSigningKey(IHostEnvironment environment) : IPostConfigureOptions<JwtOptions>
{
    private const string FileName = "dev-signing-key";

    /// <summary>Bytes of randomness: as many as the hash has (RFC 7518 section 3.2).</summary>
    private const int KeyBytes = 32;

    public void PostConfigure(string? name, JwtOptions options)
    {
        if (options.SigningKey is null && environment.IsDevelopment())
            options.SigningKey = new Secret(ReadOrCreate(Path.Combine(DevelopmentFiles.Directory(environment), FileName)));
    }

    private static string ReadOrCreate(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

            using var file = new FileStream(path, options);
            file.Write(Base64Url.EncodeToUtf8(RandomNumberGenerator.GetBytes(KeyBytes)));
        }
        catch (IOException) when (File.Exists(path))
        {
            // Made by an earlier start, which is the point of the file.
        }

        return File.ReadAllText(path).Trim();
    }
}
