using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class AuthenticatedAuditEnds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "revoked_key_ids",
                table: "signing_keys",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<byte[]>(
                name: "ends_mac",
                table: "audit_chains",
                type: "bytea",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "revoked_key_ids",
                table: "signing_keys");

            migrationBuilder.DropColumn(
                name: "ends_mac",
                table: "audit_chains");
        }
    }
}
