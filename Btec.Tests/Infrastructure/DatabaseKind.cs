using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Btec.Tests.Infrastructure;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}
