-- The statements of the API by their mean time in the large database, beside the same in the small one.
\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on
\echo '| calls | mean, small | mean, large | ratio | pages hit and read per call | statement |'
\echo '|---|---|---|---|---|---|'
WITH timed AS (
    SELECT datname, regexp_replace(query, '\s+', ' ', 'g') AS query, sum(calls) AS calls,
        sum(total_exec_time + total_plan_time) / sum(calls) AS mean, sum(shared_blks_hit) / sum(calls) AS hit,
        sum(shared_blks_read) / sum(calls) AS read
    FROM pg_stat_statements INNER JOIN pg_database AS d ON d.oid = dbid
    WHERE datname IN ('few', 'many') AND query ~* '(users|sessions|refresh_tokens|audit_)'
    GROUP BY datname, regexp_replace(query, '\s+', ' ', 'g'))
SELECT '| ' || many.calls, to_char(few.mean, 'FM99990.000') || ' ms', to_char(many.mean, 'FM99990.000') || ' ms',
    to_char(many.mean / few.mean, 'FM99990.0'), to_char(many.hit, 'FM9999990') || ' + ' || to_char(many.read, 'FM9999990'),
    '`' || left(many.query, 150) || '` |'
FROM timed AS many LEFT JOIN timed AS few ON few.query = many.query AND few.datname = 'few'
WHERE many.datname = 'many'
ORDER BY many.mean DESC LIMIT 40;
