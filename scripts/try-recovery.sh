#!/usr/bin/env bash
# Tries docs/operations/backup-and-recovery.md on throw-away servers: archives WAL, takes a base backup, has users created, drops their
# table by mistake, and recovers to the moment before. Needs PostgreSQL's programs and a build. Takes a minute or two.
set -euo pipefail
cd "$(dirname "$0")/.."

programs=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -1 || true)
[ -z "$programs" ] || PATH="$programs:$PATH"
worker=$PWD/$(ls -d Btec.MigrationService/bin/*/net10.0 | head -1)/Btec.MigrationService.dll
folder=$(mktemp -d)
port=$((20000 + RANDOM % 10000))
export LC_ALL=C DOTNET_ENVIRONMENT=Production Jwt__SigningKey
Jwt__SigningKey=$(openssl rand -base64 32)
export ConnectionStrings__btecdb="Host=127.0.0.1;Port=$port;Username=btec;Database=postgres;Pooling=false"

# The programs of the server refuse to run as root.
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as() { (cd "$folder" && runuser -u postgres -- env "PATH=$PATH" "$@"); }
else
  as() { (cd "$folder" && "$@"); }
fi
start() { as pg_ctl --pgdata="$folder/$1" --log="$folder/$1.log" --wait --options="-p $port -k '' -c listen_addresses=127.0.0.1" start > /dev/null; }
sql() { psql --host=127.0.0.1 --port="$port" --username=btec --dbname=postgres --no-psqlrc --quiet --tuples-only --no-align --command="$1"; }
work() { dotnet "$worker" "$@" 2>&1 | grep -v '"LogLevel":"Information"' || [ "${PIPESTATUS[0]}" = 0 ]; }
finish() {
  for data in first second; do as pg_ctl --pgdata="$folder/$data" --mode=immediate stop > /dev/null 2>&1 || true; done
  rm -rf "$folder"
}
trap finish EXIT

echo "1. A server that archives its WAL, with the schema and a user"
as initdb --pgdata="$folder/first" --username=btec --auth=trust > /dev/null
as mkdir "$folder/archive"
cat >> "$folder/first/postgresql.conf" << CONF
archive_mode = on
archive_command = 'test ! -f "$folder/archive/%f" && cp "%p" "$folder/archive/%f"'
archive_timeout = 60
CONF
start first
Declared__Users__0__Email=before@example.com Declared__Users__0__Password="a password before" work

echo "2. A base backup"
as pg_basebackup --host=127.0.0.1 --port="$port" --username=btec --pgdata="$folder/backup" --checkpoint=fast --wal-method=stream
as pg_verifybackup "$folder/backup"

echo "3. Another user, and then a mistake"
Declared__Users__0__Email=after@example.com Declared__Users__0__Password="a password after" work
moment=$(sql "SELECT clock_timestamp()")
sql "SET client_min_messages = warning; DROP TABLE users CASCADE"
sql "SELECT pg_switch_wal()" > /dev/null
until [ "$(sql "SELECT count(*) FROM pg_stat_archiver WHERE last_archived_time > '$moment'")" = 1 ]; do sleep 0.2; done
as pg_ctl --pgdata="$folder/first" --mode=fast --wait stop > /dev/null

echo "4. Recovery to $moment"
began=$(date +%s%N)
as cp -r "$folder/backup" "$folder/second"
as chmod 700 "$folder/second"
cat >> "$folder/second/postgresql.conf" << CONF
restore_command = 'cp "$folder/archive/%f" "%p"'
recovery_target_time = '$moment'
recovery_target_action = promote
CONF
as touch "$folder/second/recovery.signal"
start second
until [ "$(sql "SELECT pg_is_in_recovery()")" = f ]; do sleep 0.1; done
echo "   took $((($(date +%s%N) - began) / 1000000)) ms, on timeline $(sql "SELECT timeline_id FROM pg_control_checkpoint()")"

echo "5. What is there"
sql "SELECT email FROM users ORDER BY id" | sed 's/^/   /'
echo "   $(work --status | grep -c '^applied') migrations"
work --verify-audit | sed 's/^/   /'
