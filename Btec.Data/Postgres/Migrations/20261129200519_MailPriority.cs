using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class MailPriority : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_next_attempt_at",
                table: "outgoing_mails");

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "outgoing_mails",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_priority_next_attempt_at",
                table: "outgoing_mails",
                columns: new[] { "priority", "next_attempt_at" },
                filter: "sent_at IS NULL AND abandoned_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_priority_next_attempt_at",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "outgoing_mails");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_next_attempt_at",
                table: "outgoing_mails",
                column: "next_attempt_at",
                filter: "sent_at IS NULL AND abandoned_at IS NULL");
        }
    }
}
