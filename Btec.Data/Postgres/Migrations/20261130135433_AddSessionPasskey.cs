using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class AddSessionPasskey : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "passkey_id",
                table: "sessions",
                type: "uuid",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "passkey_id",
                table: "sessions");
        }
    }
}
