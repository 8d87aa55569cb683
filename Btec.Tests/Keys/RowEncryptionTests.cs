using System.Security.Cryptography;
using System.Text;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>Encrypted values, which say under which key they are encrypted.</summary>
public sealed class RowEncryptionTests
{
    private const int KeyIdBytes = 8;
    private static readonly byte[] Clear = Encoding.ASCII.GetBytes("the value");
    private readonly byte[] _old = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _new = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_value_begins_with_the_id_of_its_key_which_is_no_part_of_the_key()
    {
        var (first, second) = (new RowEncryption([_old]).Seal(Clear, "1"), new RowEncryption([_old]).Seal(Clear, "2"));
        var other = new RowEncryption([_new, _old]).Seal(Clear, "1");

        Assert.Equal(IdOf(first), IdOf(second));
        Assert.NotEqual(IdOf(first), IdOf(other), StringComparer.Ordinal);
        Assert.DoesNotContain(IdOf(first), Convert.ToHexString(_old), StringComparison.Ordinal);
        Assert.DoesNotContain(IdOf(first), Convert.ToHexString(SHA256.HashData(_old)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_key_encrypts_and_each_decrypts()
    {
        var before = new RowEncryption([_old]).Seal(Clear, "1");
        var rotated = new RowEncryption([_new, _old]);

        Assert.Equal(Clear, rotated.Open(before, "1"));
        Assert.Equal(Clear, new RowEncryption([_new]).Open(rotated.Seal(Clear, "1"), "1"));
        Assert.Null(new RowEncryption([_old]).Open(rotated.Seal(Clear, "1"), "1"));
        Assert.Null(new RowEncryption([_new]).Open(before, "1"));
        Assert.Null(rotated.Open(before, "2"));
    }

    [Fact]
    public void A_value_without_a_key_id_is_decrypted_by_each_key_and_by_no_other()
    {
        var former = SecretMoves.SealWithoutKeyId(_old, Clear, "1");

        Assert.Equal(Clear, new RowEncryption([_old]).Open(former, "1"));
        Assert.Equal(Clear, new RowEncryption([_new, _old]).Open(former, "1"));
        Assert.Null(new RowEncryption([_new]).Open(former, "1"));
        Assert.Null(new RowEncryption([_old]).Open(former, "2"));
    }

    [Fact]
    public void A_value_whose_key_id_was_removed_or_exchanged_is_not_decrypted()
    {
        var rotated = new RowEncryption([_new, _old]);
        var (value, other) = (rotated.Seal(Clear, "1"), new RowEncryption([_old]).Seal(Clear, "1"));

        Assert.Null(rotated.Open(value.AsSpan(KeyIdBytes), "1"));
        Assert.Null(rotated.Open([.. other[..KeyIdBytes], .. value[KeyIdBytes..]], "1"));
        Assert.Null(rotated.Open([.. new byte[KeyIdBytes], .. value[KeyIdBytes..]], "1"));
        Assert.Null(rotated.Open(value.AsSpan(0, KeyIdBytes), "1"));
        Assert.Null(rotated.Open([], "1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Values_of_a_previous_key_are_renewed_and_those_of_the_current_or_an_unknown_one_are_left(bool hasKeyId)
    {
        var associated = Encoding.ASCII.GetBytes("1");
        var before = hasKeyId ? new RowEncryption([_old]).Seal(Clear, associated) : SecretMoves.SealWithoutKeyId(_old, Clear, "1");
        var rotated = new RowEncryption([_new, _old]);

        var renewed = rotated.Renew(before, associated);

        Assert.Equal(Clear, new RowEncryption([_new]).Open(renewed, associated));
        Assert.Null(rotated.Renew(renewed, associated));
        Assert.Null(new RowEncryption([_old]).Renew(before, associated));
        Assert.Null(new RowEncryption([_new]).Renew(before, associated));
        Assert.Null(rotated.Renew(before, Encoding.ASCII.GetBytes("2")));
    }

    private static string IdOf(byte[] content) => Convert.ToHexString(content.AsSpan(0, KeyIdBytes));
}
