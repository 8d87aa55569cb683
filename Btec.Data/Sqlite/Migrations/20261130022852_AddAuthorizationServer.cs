using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Btec.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddAuthorizationServer : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "browser_hash",
                table: "sessions",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "browser_session_id",
                table: "sessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "client_id",
                table: "sessions",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "resource",
                table: "sessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scope",
                table: "sessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "authorization_codes",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    user_id = table.Column<int>(type: "INTEGER", nullable: false),
                    browser_session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    redirect_uri = table.Column<string>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    nonce = table.Column<string>(type: "TEXT", nullable: true),
                    code_challenge = table.Column<string>(type: "TEXT", nullable: false),
                    resource = table.Column<string>(type: "TEXT", nullable: true),
                    auth_time = table.Column<long>(type: "INTEGER", nullable: false),
                    amr = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    session_id = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_authorization_codes", x => x.hash);
                    table.ForeignKey(
                        name: "fk_authorization_codes_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "authorization_requests",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    redirect_uri = table.Column<string>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: true),
                    nonce = table.Column<string>(type: "TEXT", nullable: true),
                    code_challenge = table.Column<string>(type: "TEXT", nullable: false),
                    resource = table.Column<string>(type: "TEXT", nullable: true),
                    prompt = table.Column<string>(type: "TEXT", nullable: true),
                    max_age = table.Column<int>(type: "INTEGER", nullable: true),
                    acr_values = table.Column<string>(type: "TEXT", nullable: true),
                    login_hint = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_authorization_requests", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "client_grants",
                columns: table => new
                {
                    user_id = table.Column<int>(type: "INTEGER", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_client_grants", x => new { x.user_id, x.client_id });
                    table.ForeignKey(
                        name: "fk_client_grants_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "logout_notices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    user_id = table.Column<int>(type: "INTEGER", nullable: false),
                    session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    next_attempt_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: true),
                    abandoned_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_error = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_logout_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "oauth_clients",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    is_confidential = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_first_party = table.Column<bool>(type: "INTEGER", nullable: false),
                    may_introspect = table.Column<bool>(type: "INTEGER", nullable: false),
                    redirect_uris = table.Column<string>(type: "TEXT", nullable: false),
                    post_logout_redirect_uris = table.Column<string>(type: "TEXT", nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    grant_types = table.Column<string>(type: "TEXT", nullable: false),
                    resources = table.Column<string>(type: "TEXT", nullable: false),
                    back_channel_logout_uri = table.Column<string>(type: "TEXT", nullable: true),
                    client_uri = table.Column<string>(type: "TEXT", nullable: true),
                    secret_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    previous_secret_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    previous_secret_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_oauth_clients", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rsa_signing_keys",
                columns: table => new
                {
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    encrypted_private_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    active_from = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked_key_ids = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rsa_signing_keys", x => x.generation);
                });

            migrationBuilder.CreateIndex(
                name: "ix_sessions_browser_hash",
                table: "sessions",
                column: "browser_hash",
                unique: true,
                filter: "browser_hash IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_browser_session_id",
                table: "sessions",
                column: "browser_session_id",
                filter: "browser_session_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_client_id",
                table: "sessions",
                column: "client_id",
                filter: "client_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_authorization_codes_expires_at",
                table: "authorization_codes",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_authorization_codes_user_id",
                table: "authorization_codes",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_authorization_requests_expires_at",
                table: "authorization_requests",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_client_grants_client_id",
                table: "client_grants",
                column: "client_id");

            migrationBuilder.CreateIndex(
                name: "ix_logout_notices_created_at",
                table: "logout_notices",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_logout_notices_next_attempt_at",
                table: "logout_notices",
                column: "next_attempt_at",
                filter: "sent_at IS NULL AND abandoned_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_oauth_clients_created_at_id",
                table: "oauth_clients",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_rsa_signing_keys_key_id",
                table: "rsa_signing_keys",
                column: "key_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "authorization_codes");

            migrationBuilder.DropTable(
                name: "authorization_requests");

            migrationBuilder.DropTable(
                name: "client_grants");

            migrationBuilder.DropTable(
                name: "logout_notices");

            migrationBuilder.DropTable(
                name: "oauth_clients");

            migrationBuilder.DropTable(
                name: "rsa_signing_keys");

            migrationBuilder.DropIndex(
                name: "ix_sessions_browser_hash",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_sessions_browser_session_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_sessions_client_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "browser_hash",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "browser_session_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "client_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "resource",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "scope",
                table: "sessions");
        }
    }
}
