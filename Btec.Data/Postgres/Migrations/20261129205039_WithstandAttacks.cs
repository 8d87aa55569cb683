using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class WithstandAttacks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_next_attempt_at",
                table: "outgoing_mails");

            migrationBuilder.AddColumn<int>(
                name: "session_epoch",
                table: "users",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "revoked_key_ids",
                table: "signing_keys",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "epoch",
                table: "sessions",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<byte[]>(
                name: "token_family",
                table: "sessions",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "predecessor_hash",
                table: "refresh_tokens",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "outgoing_mails",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<byte[]>(
                name: "ends_mac",
                table: "audit_chains",
                type: "bytea",
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
                unique: true,
                filter: "token_family IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_priority_next_attempt_at",
                table: "outgoing_mails",
                columns: new[] { "priority", "next_attempt_at" },
                filter: "sent_at IS NULL AND abandoned_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // Sessions that ended with their epoch must not revive with the columns that say so.
            migrationBuilder.Sql(
                """
                UPDATE sessions AS s SET revoked_at = now() FROM users AS u
                WHERE u.id = s.user_id AND s.revoked_at IS NULL AND s.epoch <> u.session_epoch
                """);

            migrationBuilder.DropIndex(
                name: "ix_sessions_living",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_sessions_token_family",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_priority_next_attempt_at",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "session_epoch",
                table: "users");

            migrationBuilder.DropColumn(
                name: "revoked_key_ids",
                table: "signing_keys");

            migrationBuilder.DropColumn(
                name: "epoch",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "token_family",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "predecessor_hash",
                table: "refresh_tokens");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "ends_mac",
                table: "audit_chains");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_next_attempt_at",
                table: "outgoing_mails",
                column: "next_attempt_at",
                filter: "sent_at IS NULL AND abandoned_at IS NULL");
        }
    }
}
