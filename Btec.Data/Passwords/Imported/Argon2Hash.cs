using System.Globalization;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Btec.Data.Passwords.Imported;

/// <summary>A hash of argon2id in its PHC string, <c>$argon2id$v=19$m=65536,t=3,p=4$salt$hash</c> (RFC 9106; P-H-C/phc-string-format).</summary>
/// <remarks>One hashing worker computes all lanes, one after the other: on the thread pool they would starve other requests.</remarks>
internal sealed partial class Argon2Hash : ImportedHash
{
    public const string Prefix = "$argon2id$";

    /// <summary>The most memory, in KiB: that of the second recommended option of RFC 9106 section 4. Each hashing worker takes as much at
    /// once.</summary>
    private const int MaxMemory = 64 * 1024;

    /// <summary>The most memory that is filled in all passes, in KiB: four passes over <see cref="MaxMemory"/> take a third of a second on
    /// one core.</summary>
    private const int MaxFilled = 4 * MaxMemory;

    private const int MaxLanes = 16;

    /// <summary>The least memory of a lane, in KiB (RFC 9106 section 3.1).</summary>
    private const int MinMemoryOfLane = 8;

    private readonly int _memory;
    private readonly int _passes;
    private readonly int _lanes;
    private readonly byte[] _salt;

    private Argon2Hash(int memory, int passes, int lanes, byte[] salt, byte[] expected)
        : base(expected) => (_memory, _passes, _lanes, _salt) = (memory, passes, lanes, salt);

    public static Argon2Hash? Read(string text, out string? fault)
    {
        fault = "This is not a hash of argon2id in version 19: $argon2id$v=19$m=…,t=…,p=…$salt$hash.";
        var form = Form().Match(text);
        if (!form.Success
            || Base64Field.Read(form.Groups["salt"].ValueSpan, 8, 64) is not { } salt
            || Base64Field.Read(form.Groups["hash"].ValueSpan, 16, 64) is not { } expected)
        {
            return null;
        }

        var (memory, passes, lanes) = (ReadNumber(form, "m"), ReadNumber(form, "t"), ReadNumber(form, "p"));
        if (passes < 1 || lanes < 1 || memory < MinMemoryOfLane * lanes)
            return null;

        fault = FindFault(memory, passes, lanes);
        return fault is null ? new Argon2Hash((int)memory, (int)passes, (int)lanes, salt, expected) : null;
    }

    private protected override byte[] Compute(byte[] password)
    {
        var generator = new Argon2BytesGenerator();
        generator.Init(new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
            .WithVersion(Argon2Parameters.Version13)
            .WithMemoryAsKB(_memory)
            .WithIterations(_passes)
            .WithParallelism(_lanes)
            .WithSalt(_salt)
            .Build());
        var computed = new byte[Length];
        generator.GenerateBytes(password, computed);
        return computed;
    }

    private static string? FindFault(long memory, long passes, long lanes)
    {
        if (lanes > MaxLanes)
            return $"The hash has more than {MaxLanes} lanes.";

        if (memory > MaxMemory)
            return $"The hash takes more than {MaxMemory:N0} KiB of memory.";

        return memory * passes > MaxFilled ? $"The hash fills more than {MaxFilled:N0} KiB of memory in all its passes." : null;
    }

    private static long ReadNumber(Match form, string group) =>
        long.Parse(form.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A\$argon2id\$v=19\$m=(?<m>[0-9]{1,10}),t=(?<t>[0-9]{1,8}),p=(?<p>[0-9]{1,8})\$(?<salt>[^$]+)\$(?<hash>[^$]+)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
