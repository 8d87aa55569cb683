using System.Globalization;

namespace Btec.Commands;

/// <summary>Where the system is, and the first two things to do with it.</summary>
internal static class Banner
{
    private const string Password = "lantern-orbit-meadow-27";

    public static void Show(Uri api, string? dashboard)
    {
        // A new address each time: the database stays when the system stops, and a second registration would be refused.
        var email = string.Create(CultureInfo.InvariantCulture, $"ada.{TimeProvider.System.GetUtcNow():MMddHHmmss}@example.com");
        var json = $$"""{"email":"{{email}}","password":"{{Password}}","full_name":"Ada"}""";

        Console.WriteLine($"""

            The system is up. Ctrl-C stops it.

              API            {api.OriginalString}
              API reference  {api.OriginalString}/docs
              Dashboard      {dashboard ?? "none: it comes with the AppHost"}

            Register:

              curl {api.OriginalString}/api/auth/register -H "Content-Type: application/json" -d {Quote(json)}

            Log in:

              curl {api.OriginalString}/api/auth/login -d username={email} -d password={Password}

            """);
    }

    /// <summary>As a Unix shell or, on Windows, cmd.exe wants it.</summary>
    private static string Quote(string json) => OperatingSystem.IsWindows()
        ? $"\"{json.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : $"'{json}'";
}
