using System.Text.Json;
using System.Text.Unicode;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Data.Passwords.Imported;

namespace Btec.MigrationService.Import;

/// <summary>Reads and validates the users of the imported file. An address, a name and roles obey the rules of every other
/// user.</summary>
internal sealed class ImportRowReader(bool allowsSuperusers, DateTimeOffset now)
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads a line.</summary>
    /// <param name="fault">The first fault of a line that is not accepted.</param>
    /// <returns>The user, or <see langword="null"/> if the line is not accepted.</returns>
    public ImportRow? Read(ImportLine line, out ImportFault? fault)
    {
        if (line.Bytes is not { } bytes)
            return Refuse($"The line has more than {ImportLines.MaxBytes} bytes.", out fault);

        if (!Utf8.IsValid(bytes.Span))
            return Refuse("The line is not UTF-8.", out fault);

        try
        {
            using var json = JsonDocument.Parse(bytes, s_strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return Refuse("The line is not a JSON object.", out fault);

            var members = new ImportMembers(json.RootElement);
            var row = Read(line.Number, members);
            fault = members.Fault;
            return fault is null ? row : null;
        }
        catch (JsonException)
        {
            return Refuse("The line is not JSON, or has a member twice.", out fault);
        }
        catch (InvalidOperationException)
        {
            // Raised by JsonElement for such an escape sequence.
            return Refuse("The line contains half of a surrogate pair.", out fault);
        }
    }

    private ImportRow Read(long line, ImportMembers members)
    {
        var email = members.ReadText("email");
        if (string.IsNullOrEmpty(email))
            members.Refuse("email", "An address is required.");
        else if (EmailAddress.FindFault(email) is { } fault)
            members.Refuse("email", fault);

        return new ImportRow
        {
            Line = line,
            Email = EmailAddress.Normalize(email ?? ""),
            PasswordHash = members.ReadText("password_hash", ImportedHash.FindFault),
            Profile = new UserProfile
            {
                FullName = members.ReadText("full_name", name => ShortText.FindFault(name, User.FullNameMaxLength)),
            },
            IsActive = members.ReadFlag("is_active", absent: true),
            IsSuperuser = members.ReadFlag("is_superuser", absent: false, FindFaultOfSuperuser),
            IsEmailVerified = members.ReadFlag("email_verified", absent: false),
            Roles = members.ReadTexts("roles", FindFaultOfRoles),
            CreatedAt = members.ReadTime("created_at", time => time > now ? "Must not be in the future." : null),
        };
    }

    private string? FindFaultOfSuperuser(bool isSuperuser) =>
        isSuperuser && !allowsSuperusers ? "Superusers are imported with --allow-superusers only." : null;

    private static string? FindFaultOfRoles(IReadOnlyList<string> roles) => roles.Count > RoleNames.MaxCount
        ? $"Use at most {RoleNames.MaxCount} roles."
        : roles.Select(RoleNames.FindFault).FirstOrDefault(fault => fault is not null);

    private static ImportRow? Refuse(string reason, out ImportFault? fault)
    {
        fault = new ImportFault(Field: null, reason);
        return null;
    }
}
