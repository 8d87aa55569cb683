using Microsoft.EntityFrameworkCore.Migrations;

namespace Btec.Tests.Data;

/// <summary>A migration that is never applied.</summary>
internal class SampleMigration(Action<MigrationBuilder> up) : Migration
{
    /// <summary>Migrations after which the previous release may fail.</summary>
    public static readonly Dictionary<string, Action<MigrationBuilder>> Breaking = new(StringComparer.Ordinal)
    {
        ["drops a column"] = up => up.DropColumn("full_name", "users"),
        ["renames a column"] = up => up.RenameColumn("full_name", "users", "name"),
        ["drops a table"] = up => up.DropTable("sessions"),
        ["renames a table"] = up => up.RenameTable("sessions", newName: "logins"),
        ["drops an index"] = up => up.DropIndex("ix_users_email", "users"),
        ["drops a primary key"] = up => up.DropPrimaryKey("pk_users", "users"),
        ["adds a required column without a default"] = up => up.AddColumn<int>("age", "users", "integer"),
        ["makes a column required"] = up => up.AlterColumn<string>(
            "full_name", "users", "text", nullable: false, oldClrType: typeof(string), oldType: "text", oldNullable: true),
        ["shortens a column"] = up => up.AlterColumn<string>(
            "full_name", "users", "character varying(100)", maxLength: 100, nullable: true,
            oldClrType: typeof(string), oldType: "character varying(255)", oldMaxLength: 255, oldNullable: true),
        ["bounds a column"] = up => up.AlterColumn<string>(
            "hashed_password", "users", "character varying(100)", maxLength: 100, oldClrType: typeof(string), oldType: "text"),
        ["narrows a number"] = up => up.AlterColumn<int>(
            "position", "audit_events", "integer", oldClrType: typeof(long), oldType: "bigint"),
        ["changes a type"] = up => up.AlterColumn<string>("id", "sessions", "text", oldClrType: typeof(Guid), oldType: "uuid"),
        ["takes a default away"] = up => up.AlterColumn<int>(
            "epoch", "sessions", "integer", oldClrType: typeof(int), oldType: "integer", oldDefaultValue: 0),
        ["adds a unique index"] = up => up.CreateIndex("ix_users_full_name", "users", "full_name", unique: true),
        ["adds a foreign key"] = up => up.AddForeignKey("fk_audit_events_users", "audit_events", "user_id", "users"),
        ["adds a check"] = up => up.AddCheckConstraint("ck_users", "users", "id > 0"),
        ["drops by a statement"] = up => up.Sql("ALTER TABLE users DROP COLUMN full_name"),
        ["requires by a statement"] = up => up.Sql("ALTER TABLE users ALTER full_name SET NOT NULL"),
        ["changes a type by a statement"] = up => up.Sql("ALTER TABLE audit_events ALTER position TYPE integer"),
    };

    /// <summary>Migrations that the previous release does not notice.</summary>
    public static readonly Dictionary<string, Action<MigrationBuilder>> Harmless = new(StringComparer.Ordinal)
    {
        ["adds an optional column"] = up => up.AddColumn<int>("age", "users", "integer", nullable: true),
        ["adds a required column with a default"] = up => up.AddColumn<int>("age", "users", "integer", defaultValue: 0),
        ["adds a required column with a default in SQL"] = up => up.AddColumn<string>("roles", "users", "text", defaultValueSql: "'{}'"),
        ["adds an index"] = up => up.CreateIndex("ix_users_full_name", "users", "full_name"),
        ["makes new values unique"] = up =>
        {
            up.AddColumn<string>("nickname", "users", "text", nullable: true);
            up.CreateIndex("ix_users_nickname", "users", "nickname", unique: true);
        },
        ["lengthens a column"] = up => up.AlterColumn<string>(
            "full_name", "users", "text", nullable: true,
            oldClrType: typeof(string), oldType: "character varying(255)", oldMaxLength: 255, oldNullable: true),
        ["makes a column optional"] = up => up.AlterColumn<string>(
            "hashed_password", "users", "text", nullable: true, oldClrType: typeof(string), oldType: "text"),
        ["fills a new column"] = up => up.Sql("UPDATE users SET age = 0 WHERE age IS NULL"),
        ["creates a table with constraints"] = up =>
        {
            up.CreateTable(
                "badges", table => new { Id = table.Column<int>() }, constraints: table => table.PrimaryKey("pk_badges", row => row.Id));
            up.CreateIndex("ix_badges_id", "badges", "id", unique: true);
        },
    };

    protected override void Up(MigrationBuilder migrationBuilder) => up(migrationBuilder);
}
