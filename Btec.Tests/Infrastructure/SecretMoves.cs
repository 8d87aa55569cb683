using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Infrastructure;

/// <summary>Changes of <c>Jwt:SigningKey</c>, and what earlier versions encrypted under it.</summary>
public static class SecretMoves
{
    /// <summary>A secret that replaces <see cref="BtecApi.SigningKey"/>.</summary>
    public const string Second = "Wq8rT5yU2iO9pA6sD3fG0hJ7kL4zX1cV";

    /// <summary>A secret that replaces <see cref="Second"/>.</summary>
    public const string Third = "Zk81LqPw0vXtRb5yNs7uEc2iGd4oHf6j";

    /// <summary>Returns the settings of a process after a change of the secret.</summary>
    /// <param name="current">The current secret.</param>
    /// <param name="previous">The previous secrets that are still configured.</param>
    public static (string Name, string? Value)[] Secrets(string current, params string[] previous) =>
    [
        ("Jwt:SigningKey", current),
        .. previous.Select((secret, index) => ($"Jwt:PreviousSigningKeys:{index}", (string?)secret)),
    ];

    /// <summary>Starts an API that has these secrets.</summary>
    public static Task<BtecApi> StartAsync(
        this TestDatabase database, FakeTimeProvider clock, string algorithm, string current, params string[] previous) =>
        BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256([("Jwt:Algorithm", algorithm), .. Secrets(current, previous)]));

    /// <summary>Checks that an access token is accepted.</summary>
    public static async Task AssertAcceptedAsync(this HttpClient client, string token)
    {
        using var me = await client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    /// <summary>Encrypts a value as versions without key ids did: nonce, ciphertext, tag.</summary>
    public static byte[] SealWithoutKeyId(byte[] key, byte[] clear, string associated)
    {
        ArgumentNullException.ThrowIfNull(clear);
        var content = new byte[12 + clear.Length + 16];
        RandomNumberGenerator.Fill(content.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(
            content.AsSpan(0, 12), clear, content.AsSpan(12, clear.Length), content.AsSpan(^16..), Encoding.ASCII.GetBytes(associated));
        return content;
    }
}
