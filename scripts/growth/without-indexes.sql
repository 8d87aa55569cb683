-- Drops the indexes of :table, and its key unless another table refers to it, and keeps how to create them.
CREATE TEMP TABLE definitions AS
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS remove,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS restore
FROM pg_constraint AS key
WHERE conrelid = :'table'::regclass AND contype = 'p'
    AND NOT EXISTS (SELECT 1 FROM pg_constraint AS reference WHERE reference.confrelid = key.conrelid)
UNION ALL
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = :'table'::regclass
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'));
SELECT remove FROM definitions \gexec
