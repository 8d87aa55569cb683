using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Bench;

/// <summary>Access tokens as the API makes them, for users that were put into the database.</summary>
internal static class Tokens
{
    /// <summary>Of one run on one machine.</summary>
    public const string SigningKey = "bench-5TqLrBv0ZxLJw2vQe7uYp1cDnmFkT3x9";

    private const string Issuer = "btec";
    private const string Audience = "btec-api";
    private const string Type = "at+jwt";

    private static readonly SymmetricSecurityKey Key = new(Encoding.UTF8.GetBytes(SigningKey));

    public static TokenValidationParameters Rules() => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidTypes = [Type],
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        IssuerSigningKey = Key,
    };

    public static Guid SessionOf(int userId) => Guid.ParseExact(userId.ToString("D32", CultureInfo.InvariantCulture), "N");

    /// <summary>The cursor of the page of users that begins behind this one: opaque to clients, who could get into the middle
    /// of a million users only by turning every page before.</summary>
    public static string CursorAfter(int userId)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, userId);
        return Base64Url.EncodeToString(bytes);
    }

    public static string Create(int userId)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            Expires = now.AddDays(8),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = BenchDatabase.EmailOf(userId),
                ["uid"] = userId,
                ["sid"] = SessionOf(userId).ToString("D"),
                ["jti"] = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"),
            },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.HmacSha256),
        });
    }
}
