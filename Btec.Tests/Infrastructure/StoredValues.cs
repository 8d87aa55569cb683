using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Tests.Infrastructure;

/// <summary>Raw access to all values in a database, independent of the model.</summary>
public static class StoredValues
{
    /// <summary>Reads every column of every row of every table, as bytes; text in UTF-8.</summary>
    public static async Task<IReadOnlyList<(string Column, byte[] Value)>> ReadAllAsync(BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        await using var connection = await api.Database.ConnectAsync();
        var tables = await connection.ReadAsync(api.DatabaseKind == DatabaseKind.Sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table'"
            : "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
        var values = new List<(string, byte[])>();
        foreach (var table in tables)
            values.AddRange(await ReadTableAsync(connection, table));

        return values;
    }

    /// <summary>Returns the forms in which a refresh token could be stored: as text, as bytes, and those in hexadecimal or
    /// base64.</summary>
    public static IReadOnlyList<byte[]> FormsOf(string refreshToken)
    {
        ArgumentNullException.ThrowIfNull(refreshToken);
        return [Encoding.ASCII.GetBytes(refreshToken), .. FormsOf(Base64Url.DecodeFromChars(refreshToken))];
    }

    /// <summary>Returns the forms in which the hash of a refresh token could be stored.</summary>
    public static IReadOnlyList<byte[]> FormsOfHash(string refreshToken)
    {
        var hash = SHA256.HashData(Base64Url.DecodeFromChars(refreshToken));
        return [Base64Url.EncodeToUtf8(hash), .. FormsOf(hash)];
    }

    public static bool ContainsAny(byte[] value, IEnumerable<byte[]> forms) => forms.Any(form => value.AsSpan().IndexOf(form) >= 0);

    private static IEnumerable<byte[]> FormsOf(byte[] bytes) =>
    [
        bytes,
        Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)),
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)),
        Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes).TrimEnd('=')),
    ];

    private static async Task<List<(string Column, byte[] Value)>> ReadTableAsync(DbConnection connection, string table)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names come from the database's catalog.
        command.CommandText = $"SELECT * FROM \"{table}\"";
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<(string, byte[])>();
        while (await reader.ReadAsync())
        {
            for (var column = 0; column < reader.FieldCount; column++)
            {
                if (!await reader.IsDBNullAsync(column))
                    values.Add(($"{table}.{reader.GetName(column)}", ToBytes(reader.GetValue(column))));
            }
        }

        return values;
    }

    private static byte[] ToBytes(object value) => value as byte[] ?? Encoding.UTF8.GetBytes($"{value}");
}
