using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class BoundSessions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "session_epoch",
                table: "users",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "epoch",
                table: "sessions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<byte[]>(
                name: "token_family",
                table: "sessions",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "predecessor_hash",
                table: "refresh_tokens",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_sessions_living",
                table: "sessions",
                columns: new[] { "user_id", "epoch", "expires_at" },
                filter: "revoked_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_token_family",
                table: "sessions",
                column: "token_family",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_sessions_living",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_sessions_token_family",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "session_epoch",
                table: "users");

            migrationBuilder.DropColumn(
                name: "epoch",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "token_family",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "predecessor_hash",
                table: "refresh_tokens");
        }
    }
}
