using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddUserPrefixIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The model has no words for an index of an expression. From -id no key of another index can be taken for the order: PostgreSQL
            // would walk the primary key where it takes what is looked for to be common.
            for (var length = 1; length <= 6; length++)
            {
                foreach (var column in new[] { "email", "search_name" })
                    migrationBuilder.Sql($"CREATE INDEX ix_users_{column}_{length} ON users (substr({column}, 1, {length}), is_active, (-id))");
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            for (var length = 1; length <= 6; length++)
            {
                foreach (var column in new[] { "email", "search_name" })
                    migrationBuilder.Sql($"DROP INDEX ix_users_{column}_{length}");
            }
        }
    }
}
