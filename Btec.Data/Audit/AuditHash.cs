using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Audit;

/// <summary>The hash that chains an event to the one before it: SHA-256 over the previous hash and each member with its
/// length.</summary>
internal static class AuditHash
{
    /// <summary>The length of a hash, in bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    public static byte[] Compute(AuditEvent audited, byte[] previousHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previousHash);
        Append(hash, audited.ChainId);
        Append(hash, audited.Position);
        Append(hash, audited.Id.ToString("N"));
        // In microseconds, the precision of both databases.
        Append(hash, audited.OccurredAt.UtcTicks / TimeSpan.TicksPerMicrosecond);
        Append(hash, audited.Type);
        Append(hash, audited.Outcome);
        Append(hash, audited.ActorId);
        Append(hash, audited.UserId);
        Append(hash, audited.SessionId?.ToString("N"));
        Append(hash, audited.Address);
        Append(hash, audited.UserAgent);
        Append(hash, audited.TraceId);
        Append(hash, audited.Details);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long? value)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
        bytes[0] = value is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], value ?? 0);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string? value)
    {
        Append(hash, value is null ? null : (long?)Encoding.UTF8.GetByteCount(value));
        if (value is not null)
            hash.AppendData(Encoding.UTF8.GetBytes(value));
    }
}
