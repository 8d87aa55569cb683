-- Sessions 1 to :sessions, of each of :users users in turn. The first session of a user lives for 4 to 14 days, which is what bench signs
-- tokens for; the others end within 14 days, so that a part of them can be cleaned up. No request is later than their last one, or every
-- first read would also be a write.
\set table sessions
BEGIN;
TRUNCATE sessions, refresh_tokens CASCADE;
\ir without-indexes.sql
SET LOCAL session_replication_role = replica; -- without the checks of foreign keys
SELECT set_config('growth.users', :'users', false), set_config('growth.sessions', :'sessions', false) \g /dev/null
DO $$
DECLARE
    users bigint := current_setting('growth.users');
    sessions bigint := current_setting('growth.sessions');
    step bigint := greatest(1, sessions / 10);
BEGIN
    FOR low IN 1..sessions BY step LOOP
        INSERT INTO sessions (id, user_id, user_agent, address, created_at, last_seen_at, expires_at, auth_time, token_family)
        SELECT lpad(n::text, 32, '0')::uuid, 1 + (n - 1) % users,
            CASE WHEN n % 2 = 0 THEN 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' ELSE 'Example/7.2 (iPhone; iOS 19.1)' END,
            '203.0.113.7',
            now() - interval '1 day', now() + interval '1 day',
            now() + CASE WHEN n <= users THEN interval '4 days' + random() * interval '10 days' ELSE random() * interval '14 days' END,
            now() - interval '1 day', sha256(int8send(n))
        FROM generate_series(low, least(sessions, low + step - 1)) AS n;
        RAISE NOTICE '% sessions of %', least(sessions, low + step - 1), sessions;
    END LOOP;
END $$;
COMMIT;
\ir with-indexes.sql
