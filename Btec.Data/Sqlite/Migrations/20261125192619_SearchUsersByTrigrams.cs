using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class SearchUsersByTrigrams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var column in new[] { "email", "search_name" })
            {
                for (var length = 1; length <= 6; length++)
                    migrationBuilder.DropIndex(name: $"ix_users_{column}_{length}", table: "users");
            }

            migrationBuilder.DropIndex(
                name: "ix_users_is_active",
                table: "users");

            migrationBuilder.DropIndex(
                name: "ix_users_search_name",
                table: "users");

            migrationBuilder.CreateIndex(
                name: "ix_users_is_active_id",
                table: "users",
                columns: new[] { "is_active", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_users_is_active_id",
                table: "users");

            migrationBuilder.CreateIndex(
                name: "ix_users_search_name",
                table: "users",
                column: "search_name");

            migrationBuilder.Sql("CREATE INDEX ix_users_is_active ON users (is_active, (0 - id))");
            foreach (var column in new[] { "email", "search_name" })
            {
                for (var length = 1; length <= 6; length++)
                    migrationBuilder.Sql($"CREATE INDEX ix_users_{column}_{length} ON users (substr({column}, 1, {length}), is_active, (-id))");
            }
        }
    }
}
