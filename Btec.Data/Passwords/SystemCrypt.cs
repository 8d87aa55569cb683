using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Data.Passwords;

/// <summary>bcrypt by <c>crypt_r</c> of the system's libcrypt, where that supports it. It takes about a fifth less processor
/// time than BCrypt.Net-Next for the same hash (dotnet run -c Release --project bench, row logins, on 2 busy cores).
/// <see cref="BcryptHash"/> uses BCrypt.Net-Next where it is not usable.</summary>
internal static partial class SystemCrypt
{
    /// <summary>The size of <c>struct crypt_data</c>, in bytes: 32,768 in libxcrypt (crypt.h), 131,232 in glibc up to 2.38,
    /// which does not support bcrypt but is probed too.</summary>
    private const int DataBytes = 132 * 1024;

    private const string ProbedPassword = "correct horse battery";

    /// <summary>The hash of <see cref="ProbedPassword"/>, computed by passlib 1.7.4 with bcrypt 3.2.2 on Python 3.11.2.</summary>
    private const string ProbedHash = "$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y";

    [ThreadStatic]
    private static byte[]? t_data;

    /// <summary>The result of a probe, run once, that the library computes a known hash.</summary>
    public static bool IsUsable { get; } = Probe();

    /// <summary>Computes a hash. Returns another text if the library does not support the format of the setting.</summary>
    public static string? Compute(string password, string setting)
    {
        var data = t_data ??= new byte[DataBytes];
        Span<byte> phrase = stackalloc byte[PasswordRules.MaxBytes + 1];
        try
        {
            phrase[Encoding.UTF8.GetBytes(password, phrase[..PasswordRules.MaxBytes])] = 0;
            return Marshal.PtrToStringUTF8(CryptR(phrase, setting, data));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(phrase);
            CryptographicOperations.ZeroMemory(data);
        }
    }

    private static bool Probe()
    {
        try
        {
            return OperatingSystem.IsLinux() && Compute(ProbedPassword, ProbedHash) == ProbedHash;
        }
        catch (Exception exception)
            when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_r", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint CryptR(ReadOnlySpan<byte> phrase, string setting, Span<byte> data);
}
