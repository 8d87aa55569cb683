using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>Every member of a signing key but the encrypted one, as bytes that its encryption authenticates. A row that was
/// inserted, copied or changed outside the program is therefore not trusted.</summary>
internal static class SigningKeyContent
{
    public static byte[] Write(StoredSigningKey row)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        // BinaryWriter writes the length before a string.
        writer.Write(SigningKeyKind.Of(row).Label);
        writer.Write(row.Generation);
        writer.Write(row.KeyId);
        writer.Write(row.PublicKey.Length);
        writer.Write(row.PublicKey);
        Write(writer, row.CreatedAt);
        Write(writer, row.ActiveFrom);
        writer.Write(row.RevokedKeyIds);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Writes a time in microseconds, the precision of both databases.</summary>
    private static void Write(BinaryWriter writer, DateTimeOffset time) =>
        writer.Write(time.UtcTicks / TimeSpan.TicksPerMicrosecond);
}
