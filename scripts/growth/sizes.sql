-- The sizes of the tables and indexes that grow, as a table in Markdown.
\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on
\echo '| table or index | rows | size | bytes per row |'
\echo '|---|---|---|---|'
WITH large AS (
    SELECT relid, relname, greatest(reltuples, 1)::numeric AS rows FROM pg_stat_user_tables INNER JOIN pg_class USING (relname)
    WHERE relname IN ('users', 'sessions', 'refresh_tokens', 'audit_events') AND relkind = 'r'),
sized AS (
    SELECT relname, '' AS name, rows, pg_table_size(relid) AS bytes FROM large
    UNION ALL
    SELECT large.relname, indexrelname, rows, pg_relation_size(indexrelid) FROM large INNER JOIN pg_stat_user_indexes USING (relid))
SELECT '| `' || CASE name WHEN '' THEN relname ELSE name END || '`', CASE name WHEN '' THEN to_char(rows, 'FM999,999,999') ELSE '' END,
    to_char(bytes / 1048576.0, 'FM999,990.0') || ' MB', to_char(bytes / rows, 'FM999,990') || ' |'
FROM sized ORDER BY relname, bytes DESC;
SELECT '| all of the database', '', to_char(pg_database_size(current_database()) / 1048576.0, 'FM999,990.0') || ' MB', '|';
