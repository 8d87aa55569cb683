using System.Text;
using System.Text.Json;

namespace Btec.Tests.MigrationService;

/// <summary>A file to import with everything that can be wrong with one, and what its report says.</summary>
internal static class HostileLines
{
    private const string Known = "exists";
    private const string Refused = "refused";

    /// <summary>Lines with their end, and the field that is at fault: <c>-</c> for the whole line, <see langword="null"/> for a line that
    /// is imported or blank.</summary>
    private static readonly List<(byte[] Bytes, string? Outcome, string? Field)> s_lines =
    [
        // A byte order mark, and line ends of Windows.
        ([.. Encoding.UTF8.GetPreamble(), .. Of("""{"email":" Ada@Example.com","full_name":"Ada"}""", "\r\n")], null, null),
        (Of("", "\r\n"), null, null),
        (Of(" \t "), null, null),
        (Of("""{"email":"second@example.com","full_name":null,"roles":null,"is_active":null}"""), null, null),
        (Of("{"), Refused, "-"),
        (Of("""{"email":"sesame@example.com"}}"""), Refused, "-"),
        (Of("""["sesame@example.com"]"""), Refused, "-"),
        (Of("null"), Refused, "-"),
        (Of("\"sesame\""), Refused, "-"),
        (Of("sesame@example.com,hash"), Refused, "-"),
        ([0, (byte)'\n'], Refused, "-"),
        (Of("{\"email\":\"a\0b@example.com\"}"), Refused, "-"),
        (Of("""{"email":"a\u0000b@example.com"}"""), Refused, "email"),
        (Of("""{"email":"\ud800@example.com"}"""), Refused, "-"),
        (Of("""{"email":"a@example.com","\ud800":1}"""), Refused, "-"),
        // UTF-8 that ends within a character, and Latin-1.
        ([.. "{\"email\":\"a@example.com\",\"full_name\":\"J"u8, 0xC3, .. "\"}\n"u8], Refused, "-"),
        ([.. "{\"email\":\"a@example.com\",\"full_name\":\"J\xE9\"}\n".Select(character => (byte)character)], Refused, "-"),
        // A line of 10 MB, whose rest is skipped without being kept.
        (Of($$"""{"email":"a@example.com","full_name":"{{new string('a', 10_000_000)}}"}"""), Refused, "-"),
        (Of(new string('[', 60_000)), Refused, "-"),
        (Of("""{"email":"a@example.com","email":"b@example.com"}"""), Refused, "-"),
        (Of("""{"email":"a@example.com","pasword_hash":"sesame"}"""), Refused, "-"),
        (Of("""{"email":"a@example.com","password":"sesame"}"""), Refused, "-"),
        (Of("{}"), Refused, "email"),
        (Of("""{"email":null}"""), Refused, "email"),
        (Of("""{"email":17}"""), Refused, "email"),
        (Of("""{"email":"sesame"}"""), Refused, "email"),
        (Of("""{"email":"ada@EXAMPLE.com"}"""), Refused, "email"),
        (Of("""{"email":"KNOWN@example.com"}"""), Known, "email"),
        (Of("""{"email":"known@example.com"}"""), Refused, "email"),
        (Of("""{"email":"a@example.com","full_name":["sesame"]}"""), Refused, "full_name"),
        (Of("""{"email":"a@example.com","full_name":"Ada\u202e"}"""), Refused, "full_name"),
        (Of($$"""{"email":"a@example.com","full_name":"{{new string('a', 256)}}"}"""), Refused, "full_name"),
        (Of("""{"email":"a@example.com","is_active":"true"}"""), Refused, "is_active"),
        (Of("""{"email":"a@example.com","email_verified":1}"""), Refused, "email_verified"),
        (Of("""{"email":"root@example.com","is_superuser":true}"""), Refused, "is_superuser"),
        (Of("""{"email":"a@example.com","roles":"editor"}"""), Refused, "roles"),
        (Of("""{"email":"a@example.com","roles":[1]}"""), Refused, "roles"),
        (Of("""{"email":"a@example.com","roles":["Sesame!"]}"""), Refused, "roles"),
        (Of(JsonSerializer.Serialize(new { email = "a@example.com", roles = Enumerable.Range(0, 51).Select(number => $"r{number}") })), Refused, "roles"),
        (Of("""{"email":"a@example.com","created_at":1684315800}"""), Refused, "created_at"),
        (Of("""{"email":"a@example.com","created_at":"2024-05-17T09:30:00"}"""), Refused, "created_at"),
        (Of("""{"email":"a@example.com","created_at":"9999-12-31T23:59:59-14:00"}"""), Refused, "created_at"),
        (Of("""{"email":"a@example.com","created_at":"2999-05-17T09:30:00Z"}"""), Refused, "created_at"),
        (Of("""{"email":"a@example.com","password_hash":"sesame"}"""), Refused, "password_hash"),
        (Of("""{"email":"a@example.com","password_hash":""}"""), Refused, "password_hash"),
        (Of("""{"email":"a@example.com","password_hash":"$2b$31$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y"}"""), Refused, "password_hash"),
        (Of("""{"email":"a@example.com","password_hash":"$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"}"""), Refused, "password_hash"),
        (Of("""{"email":"a@example.com","password_hash":"pbkdf2_sha256$900000000$salt$bCzD88ixKAgIYUSrfqpRuVw6PfnYMndJ27PVqNuSTFk="}"""), Refused, "password_hash"),
        (Of("""{"email":"a@example.com","password_hash":"pbkdf2_sha256$1000$sa\u0000lt$bCzD88ixKAgIYUSrfqpRuVw6PfnYMndJ27PVqNuSTFk="}"""), Refused, "password_hash"),
        // The last line has no end.
        (Of("""{"email":"last@example.com"}""", end: ""), null, null),
    ];

    public static IEnumerable<byte[]> All => s_lines.Select(line => line.Bytes);

    public static IReadOnlyList<ReportedLine> Expected { get; } =
    [
        .. s_lines.Select((line, index) => (line, Number: index + 1)).Where(entry => entry.line.Outcome is not null)
            .Select(entry => new ReportedLine(entry.Number, entry.line.Outcome!, entry.line.Field == "-" ? null : entry.line.Field))
            // Addresses are compared with those of users a batch at a time.
            .OrderBy(entry => entry.Outcome == Known),
    ];

    private static byte[] Of(string line, string end = "\n") => Encoding.UTF8.GetBytes(line + end);
}
