using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Data;

public abstract class SchemaTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : SchemaTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public async Task Users_has_these_columns()
        {
            await using var database = await CreateAsync();

            // cid | name | type | notnull | default | pk
            Assert.Equal(
                [
                    "0 | id | INTEGER | 1 | null | 1",
                    "1 | email | TEXT | 1 | null | 0",
                    "2 | hashed_password | TEXT | 1 | null | 0",
                    "3 | full_name | TEXT | 0 | null | 0",
                    "4 | is_active | INTEGER | 1 | 1 | 0",
                    "5 | is_superuser | INTEGER | 1 | 0 | 0",
                    "6 | created_at | INTEGER | 1 | null | 0",
                    "7 | email_verified_at | INTEGER | 0 | null | 0",
                    "8 | search_name | TEXT | 0 | null | 0",
                    "9 | session_epoch | INTEGER | 1 | 0 | 0",
                    "10 | has_second_factor | INTEGER | 1 | 0 | 0",
                    "11 | passkey_handle | BLOB | 0 | null | 0",
                    "12 | roles | TEXT | 1 | '[]' | 0",
                ],
                await database.ReadAsync("SELECT * FROM pragma_table_info('users') ORDER BY cid"));
        }

        [Fact]
        public async Task Keys_and_indexes_are_named_in_snake_case()
        {
            await using var database = await CreateAsync();

            Assert.Equal(
                [
                    "ix_users_active_superusers | 0 | id",
                    "ix_users_email | 1 | email",
                    "ix_users_is_active_id | 0 | is_active",
                    "ix_users_is_active_id | 0 | id",
                ],
                await database.ReadAsync(
                    "SELECT l.name, l.\"unique\", c.name FROM pragma_index_list('users') l, pragma_index_info(l.name) c ORDER BY l.name, c.seqno"));
            Assert.Contains(
                "CONSTRAINT \"pk_users\" PRIMARY KEY AUTOINCREMENT",
                Assert.Single(await database.ReadAsync("SELECT sql FROM sqlite_master WHERE name = 'users'")),
                StringComparison.Ordinal);
        }

        protected override string TablesQuery =>
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '__EFMigrationsLock' ORDER BY name";
    }

    public sealed class OnPostgres() : SchemaTests(DatabaseKind.Postgres)
    {
        [Fact]
        public async Task Users_has_these_columns()
        {
            await using var database = await CreateAsync();

            Assert.Equal(
                [
                    "id | integer | null | NO | null | BY DEFAULT",
                    "email | character varying | 254 | NO | null | null",
                    "hashed_password | text | null | NO | null | null",
                    "full_name | character varying | 255 | YES | null | null",
                    "is_active | boolean | null | NO | true | null",
                    "is_superuser | boolean | null | NO | false | null",
                    "created_at | timestamp with time zone | null | NO | null | null",
                    "email_verified_at | timestamp with time zone | null | YES | null | null",
                    "search_name | character varying | 255 | YES | null | null",
                    "session_epoch | integer | null | NO | 0 | null",
                    "has_second_factor | boolean | null | NO | false | null",
                    "passkey_handle | bytea | null | YES | null | null",
                    "roles | ARRAY | null | NO | '{}'::text[] | null",
                ],
                await database.ReadAsync(
                    """
                    SELECT column_name, data_type, character_maximum_length, is_nullable, column_default, identity_generation
                    FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'users' ORDER BY ordinal_position
                    """));
        }

        [Fact]
        public async Task Keys_and_indexes_are_named_in_snake_case()
        {
            await using var database = await CreateAsync();

            Assert.Equal(
                [
                    "ix_users_active_superusers | CREATE INDEX ix_users_active_superusers ON public.users USING btree (id) WHERE (is_superuser AND is_active)",
                    "ix_users_email | CREATE UNIQUE INDEX ix_users_email ON public.users USING btree (email)",
                    "ix_users_is_active_id | CREATE INDEX ix_users_is_active_id ON public.users USING btree (is_active, id)",
                    "ix_users_search | CREATE INDEX ix_users_search ON public.users USING gin (email gin_trgm_ops, search_name gin_trgm_ops)"
                        + " WITH (fastupdate='false')",
                    "pk_users | CREATE UNIQUE INDEX pk_users ON public.users USING btree (id)",
                ],
                await database.ReadAsync("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'users' ORDER BY indexname"));
            Assert.Equal(["pk_users | p"], await database.ReadAsync(
                "SELECT conname, contype FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype <> 'n'"));
        }

        protected override string TablesQuery =>
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name COLLATE \"C\"";
    }

    protected abstract string TablesQuery { get; }

    [Fact]
    public async Task No_change_of_the_model_waits_for_a_migration()
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        Assert.False(await database.WithContextAsync(context => Task.FromResult(context.Database.HasPendingModelChanges())));
    }

    [Fact]
    public async Task There_is_no_table_but_those_of_the_model_and_of_the_migrations()
    {
        await using var database = await CreateAsync();

        Assert.Equal(
            [
                "__EFMigrationsHistory", "audit_chains", "audit_events", "authorization_codes", "authorization_requests", "client_grants",
                "external_identities", "external_logins", "external_proofs",
                "logout_notices", "mailed_tokens", "oauth_clients", "outgoing_events", "outgoing_mails", "passkey_challenges", "passkeys",
                "pending_logins", "recovery_codes", "refresh_tokens", "rsa_signing_keys", "sessions", "signing_keys", "totp_factors", "users",
                "webhook_deliveries", "webhooks",
            ],
            await database.ReadAsync(TablesQuery));
    }

    [Fact]
    public async Task A_row_that_names_no_flags_is_an_active_ordinary_user()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync(
            kind == DatabaseKind.Sqlite
                ? "INSERT INTO users (email, hashed_password, created_at) VALUES ('ada@example.com', 'x', 1)"
                : "INSERT INTO users (email, hashed_password, created_at) VALUES ('ada@example.com', 'x', now())");

        var ada = await database.WithContextAsync(context => context.Users.SingleAsync(TestContext.Current.CancellationToken));

        Assert.True(ada.IsActive);
        Assert.False(ada.IsSuperuser);
        Assert.Null(ada.FullName);
    }

    private protected async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync(kind);
        return database;
    }
}
