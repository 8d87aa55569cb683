using System.Text.RegularExpressions;

namespace Btec.Commands;

/// <summary><c>migrations add NAME</c>: both databases get it, or none.</summary>
internal static partial class MigrationsCommand
{
    private static readonly (string Context, string Folder)[] _databases =
    [
        ("BtecDbContext", "Migrations/Postgres"),
        ("SqliteBtecDbContext", "Migrations/Sqlite"),
    ];

    public static async Task<int> AddAsync(string name, CancellationToken cancellationToken)
    {
        if (!ClassNamePattern.IsMatch(name))
        {
            await Console.Error.WriteLineAsync(
                $"btec: \"{name}\" cannot name a migration: it becomes a class, so a capital letter, then letters, digits and underscores, as in AddSessions.");
            return 2;
        }

        var packages = await AspirePackages.FindAsync(Repository.Data, cancellationToken);
        if (!await Dotnet.RunAsync("restoring dotnet-ef", packages.Environment, cancellationToken, "tool", "restore")
            || !await Dotnet.BuildAsync(Repository.Worker, packages.Environment, cancellationToken))
            return 1;

        var before = MigrationFiles.Read();
        var added = false;
        try
        {
            foreach (var (context, folder) in _databases)
            {
                if (!await Dotnet.RunAsync(
                    $"adding {name} to {folder}", packages.Environment, cancellationToken,
                    "ef", "migrations", "add", name,
                    "--project", Repository.Data, "--startup-project", Repository.Worker,
                    "--context", context, "--output-dir", folder, "--no-build"))
                    return 1;
            }

            added = true;
        }
        finally
        {
            if (!added)
                before.Restore();
        }

        foreach (var file in MigrationFiles.Read().AddedSince(before))
            Console.WriteLine(Path.GetRelativePath(Repository.Root, file));

        return 0;
    }

    /// <summary>A class name in the house's style; no keyword of C# begins with a capital.</summary>
    [GeneratedRegex("^[A-Z][A-Za-z0-9_]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClassNamePattern { get; }
}
