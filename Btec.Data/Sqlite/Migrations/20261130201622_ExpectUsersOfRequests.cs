using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ExpectUsersOfRequests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "expected_user_id",
                table: "authorization_requests",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "expected_user_id",
                table: "authorization_requests");
        }
    }
}
