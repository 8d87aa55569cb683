using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>The signing key of Development, which is generated once and kept in a file, so that tokens survive a
/// restart.</summary>
internal sealed class DevelopmentSigningKey(IHostEnvironment environment) : IPostConfigureOptions<JwtOptions>
{
    private const string FileName = "dev-signing-key";

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
            file.Write(Encoding.ASCII.GetBytes(RandomSecret.Create()));
        }
        catch (IOException) when (File.Exists(path))
        {
            // An earlier start has created the file.
        }

        return File.ReadAllText(path).Trim();
    }
}
