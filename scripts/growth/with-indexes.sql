-- Creates what without-indexes.sql dropped, and collects statistics.
\set ECHO queries
SELECT restore FROM definitions \gexec
\set ECHO none
DROP TABLE definitions;
ANALYZE :"table";
