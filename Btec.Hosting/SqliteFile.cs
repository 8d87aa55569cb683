using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The SQLite file of a backend that runs without a database server.</summary>
internal static class SqliteFile
{
    /// <summary>The folder of the image that belongs to its user, so that a new volume does too.</summary>
    public const string VolumeFolder = "/data";

    private const string Name = "btec.db";

    /// <summary>The files of an SQLite database, the database itself first (sqlite.org/tempfiles.html).</summary>
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Gets the first bytes of every SQLite file (sqlite.org/fileformat2.html, section 1.3.1).</summary>
    private static ReadOnlySpan<byte> Header => "SQLite format 3\0"u8;

    /// <exception cref="DistributedApplicationException">The backend runs in a container, whose files are lost.</exception>
    public static BtecDatabase In(BtecState state)
    {
        if (state.Run.Image is null)
            return Describe(FindPath(state));

        return state.HasVolume
            ? Describe($"{VolumeFolder}/{Name}")
            : throw new DistributedApplicationException(
                $"{state.Name} runs in a container and needs a database: call WithReference or WithDataVolume.");
    }

    /// <summary>Returns the path of the file of tools.</summary>
    public static string FindPath(BtecState state) => Path.Combine(state.Folder, Name);

    /// <summary>Deletes a database, or nothing if the file is something else.</summary>
    public static ExecuteCommandResult Delete(string file)
    {
        try
        {
            if (!IsDatabase(file))
                return CommandResults.Failure($"{Path.GetFileName(file)} is not an SQLite database and was not deleted.");

            foreach (var suffix in Suffixes)
                File.Delete($"{file}{suffix}");

            return CommandResults.Success();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CommandResults.Failure($"The file cannot be deleted: {exception.Message}");
        }
    }

    private static BtecDatabase Describe(string file) => new(ReferenceExpression.Create($"Data Source={file}"), $"SQLite in {file}");

    /// <summary>Returns whether the file is missing, empty or an SQLite database: a setting may name any file.</summary>
    private static bool IsDatabase(string file)
    {
        if (!File.Exists(file))
            return true;

        using var content = File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> start = stackalloc byte[Header.Length];
        return content.Length == 0
            || (content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Header));
    }
}
