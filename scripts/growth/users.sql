-- Active users 1 to :users, and one per cent more who are inactive; user 1 is a superuser. The names are those of bench/BenchDatabase.cs: one of 16
-- given names, and the digits of a hash as surname. All have the password whose hash is :hash.
\set table users
\ir without-indexes.sql
SELECT set_config('growth.users', :'users', false), set_config('growth.hash', :'hash', false) \g /dev/null
DO $$
DECLARE
    active bigint := current_setting('growth.users');
    users bigint := active + active / 100;
    step bigint := greatest(1, users / 10);
BEGIN
    FOR low IN 1..users BY step LOOP
        INSERT INTO users (id, email, hashed_password, full_name, search_name, is_active, is_superuser, created_at, email_verified_at)
        OVERRIDING SYSTEM VALUE
        SELECT n, 'user' || n || '@example.com', current_setting('growth.hash'), initcap(name), name, n <= active, n = 1,
            now() - interval '1 year', now() - interval '1 year'
        FROM (
            SELECT n, given[1 + ascii(md5(n::text)) % 16] || ' '
                || translate(left(md5(n::text), 8), '0123456789abcdef', 'abdeghiklmnoprst') || 'son' AS name
            FROM generate_series(low, least(users, low + step - 1)) AS n, (SELECT ARRAY[
                'ada', 'grace', 'alan', 'edsger', 'barbara', 'donald', 'margaret', 'dennis', 'ken', 'frances', 'john', 'radia', 'tim',
                'lynn', 'niklaus', 'adele'] AS given) AS names) AS named;
        RAISE NOTICE '% users of %', least(users, low + step - 1), users;
    END LOOP;
END $$;
SELECT setval(pg_get_serial_sequence('users', 'id'), (SELECT max(id) FROM users)) \g /dev/null
\ir with-indexes.sql
