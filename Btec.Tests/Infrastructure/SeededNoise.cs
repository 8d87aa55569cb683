using System.Text;

namespace Btec.Tests.Infrastructure;

/// <summary>A pseudo-random generator that yields the same values on every run, so that failures can be reproduced (SplitMix64:
/// Steele, Lea and Flood 2014).</summary>
public sealed class SeededNoise(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Returns a number from 0 up to, but not including, the bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public T Pick<T>(IReadOnlyList<T> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices[Below(choices.Count)];
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var index = 0; index < count; index++)
            bytes[index] = (byte)Next();

        return bytes;
    }

    /// <summary>Returns random characters of an alphabet.</summary>
    public string Text(int length, string alphabet)
    {
        ArgumentNullException.ThrowIfNull(alphabet);
        var text = new StringBuilder(length);
        for (var index = 0; index < length; index++)
            text.Append(alphabet[Below(alphabet.Length)]);

        return text.ToString();
    }

    /// <summary>Returns a copy in which a few bytes are changed, removed or repeated.</summary>
    public byte[] Mutate(byte[] original)
    {
        var bytes = new List<byte>(original);
        for (var change = Below(6); change >= 0 && bytes.Count > 0; change--)
        {
            var index = Below(bytes.Count);
            switch (Below(3))
            {
                case 0: bytes[index] = (byte)Next(); break;
                case 1: bytes.RemoveAt(index); break;
                default: bytes.InsertRange(index, bytes[index..Math.Min(bytes.Count, index + 1 + Below(16))]); break;
            }
        }

        return [.. bytes];
    }

    private ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
