-- :events audit events of :people users in a year, in 16 chains. Their hashes have the right length and are not those of the events,
-- because each depends on the one before: such a log can be read, appended to and pruned, but --verify-audit finds it changed.
\set table audit_events
BEGIN;
TRUNCATE audit_events;
\ir without-indexes.sql
SELECT set_config('growth.people', :'people', false), set_config('growth.events', :'events', false) \g /dev/null
DO $$
DECLARE
    people bigint := current_setting('growth.people');
    events bigint := current_setting('growth.events');
    step bigint := greatest(1, events / 20);
    pause interval := interval '1 year' / events;
    beginning timestamptz := now() - interval '1 year';
BEGIN
    FOR low IN 0..events - 1 BY step LOOP
        INSERT INTO audit_events (id, occurred_at, type, outcome, actor_id, user_id, session_id, address, user_agent, trace_id, details,
            chain_id, position, hash)
        SELECT lpad(n::text, 32, '0')::uuid, beginning + n * pause,
            CASE WHEN dice < 700000 THEN 'login' WHEN dice < 820000 THEN 'logout' WHEN dice < 900000 THEN 'session.ended'
                WHEN dice < 950000 THEN 'user.registered' WHEN dice < 999000 THEN 'password.changed' WHEN dice < 999990 THEN 'user.deleted'
                ELSE 'client.created' END,
            CASE WHEN dice < 100000 THEN 'invalid_credentials' ELSE 'success' END,
            CASE WHEN dice >= 100000 THEN user_id END, user_id,
            CASE WHEN dice >= 100000 THEN lpad(n::text, 32, '0')::uuid END,
            '203.0.113.7',
            CASE WHEN n % 2 = 0 THEN 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' ELSE 'Example/7.2 (iPhone; iOS 19.1)' END,
            md5(n::text), CASE WHEN dice >= 700000 AND dice < 820000 THEN '{"scope":"local","sessions":1}' END,
            1 + n % 16, 1 + n / 16, sha256(int8send(n))
        FROM (
            SELECT n, (hashint8extended(n, 1) & 1073741823) % 1000000 AS dice, (1 + (hashint8extended(n, 2) & 1073741823) % people)::int AS user_id
            FROM generate_series(low, least(events, low + step) - 1) AS n) AS thrown;
        RAISE NOTICE '% audit events of %', least(events, low + step), events;
    END LOOP;
END $$;
UPDATE audit_chains SET length = (:events - id) / 16 + 1, hash = sha256(int8send((:events - id) / 16 * 16 + id - 1)), ends_mac = NULL
WHERE id <= :events;
COMMIT;
\ir with-indexes.sql
