using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class AddActiveUserIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_users_is_active_id",
                table: "users");
            // By an expression that no other index has: the planner took the primary key instead, and walked it past all whom the filter
            // leaves out. By -id it would take this one for the indexes of AddUserPrefixIndexes, and walk it past all who are not searched.
            migrationBuilder.Sql("CREATE INDEX ix_users_is_active ON users (is_active, (0 - id))");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_users_is_active");
            migrationBuilder.CreateIndex(
                name: "ix_users_is_active_id",
                table: "users",
                columns: new[] { "is_active", "id" });
        }
    }
}
