-- The refresh tokens of sessions 1 to :sessions: one of each session with an odd number, and three of the others, which have been
-- refreshed: the product keeps the last two used ones. Token k of session n is the number 4 n + k in 8 bytes, and 24 bytes of zero.
\set table refresh_tokens
BEGIN;
TRUNCATE refresh_tokens;
\ir without-indexes.sql
SET LOCAL session_replication_role = replica; -- without the checks of foreign keys
SELECT set_config('growth.sessions', :'sessions', false) \g /dev/null
DO $$
DECLARE
    sessions bigint := current_setting('growth.sessions');
    step bigint := greatest(1, sessions / 10);
    zeros bytea := decode(repeat('00', 24), 'hex');
BEGIN
    FOR low IN 1..sessions BY step LOOP
        INSERT INTO refresh_tokens (hash, session_id, created_at, expires_at, consumed_at, successor_hash, predecessor_hash)
        SELECT sha256(int8send(4 * n + k) || zeros), lpad(n::text, 32, '0')::uuid, now() - (3 - k) * interval '1 hour',
            now() + interval '14 days',
            CASE WHEN k < last THEN now() - (2 - k) * interval '1 hour' END,
            CASE WHEN k < last THEN sha256(int8send(4 * n + k + 1) || zeros) END,
            CASE WHEN k > 0 THEN sha256(int8send(4 * n + k - 1) || zeros) END
        FROM generate_series(low, least(sessions, low + step - 1)) AS n,
            LATERAL (SELECT CASE WHEN n % 2 = 0 THEN 2 ELSE 0 END AS last) AS ends, generate_series(0, last) AS k;
        RAISE NOTICE 'refresh tokens of % sessions of %', least(sessions, low + step - 1), sessions;
    END LOOP;
END $$;
COMMIT;
\ir with-indexes.sql
