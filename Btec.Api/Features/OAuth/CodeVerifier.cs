using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Api.Features.OAuth;

/// <summary>The code verifiers of PKCE (RFC 7636). The method is S256 always: <c>plain</c> would show the verifier to whoever reads
/// the authorization request.</summary>
internal static class CodeVerifier
{
    /// <summary>The shortest verifier, in characters (RFC 7636 section 4.1).</summary>
    private const int MinLength = 43;

    /// <summary>The longest verifier, in characters (RFC 7636 section 4.1).</summary>
    private const int MaxLength = 128;

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>Returns whether a text has the form of a verifier.</summary>
    public static bool IsValid(string verifier)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        return verifier.Length is >= MinLength and <= MaxLength && !verifier.AsSpan().ContainsAnyExcept(Unreserved);
    }

    /// <summary>Returns the S256 challenge of a verifier (RFC 7636 section 4.2).</summary>
    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
