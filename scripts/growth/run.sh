#!/usr/bin/env bash
# Measures a large database beside a small one: scripts/growth/run.sh SCALE [PART]
# With SCALE 1 there are 10 million users, 30 million sessions with 60 million refresh tokens, and 100 million audit events; the small
# database has a thousand users. PART is accounts (without audit events), audit (events, and a thousand users) or all, the default.
# Needs PostgreSQL's programs with contrib, .NET and, per SCALE 1, 35 GB of disk for accounts and 50 GB for audit, under TMPDIR. Stops before
# less than 8 GB are free. Everything is on throw-away servers. docs/operations/capacity.md explains the figures.
# GROWTH_KEEP=1 leaves the server running, and says how to reach and to stop it.
set -euo pipefail
cd "$(dirname "$0")/../.."

scale=${1:?scripts/growth/run.sh SCALE [accounts|audit|all]}
part=${2:-all}
count() { awk "BEGIN { printf \"%d\", $scale * $1 }"; }
users=$(count 10000000) sessions=$(count 30000000) events=$(count 100000000) people=$(count 10000000)
case $part in
  accounts) gigabytes=$(count 35) events=10000 ;;
  audit) gigabytes=$(count 48) users=1000 sessions=3000 ;;
  all) gigabytes=$(count 85) ;;
  *) echo "PART is accounts, audit or all." >&2; exit 2 ;;
esac
reserve=8
folder=$(mktemp -d)
free() { df --output=avail --block-size=1G "$folder" | tail -1 | tr -d ' '; }
if [ $((gigabytes + reserve)) -gt "$(free)" ]; then
  rmdir "$folder"
  echo "This needs $gigabytes GB, and $reserve GB have to stay free. Choose a smaller SCALE, or one PART." >&2
  exit 1
fi

programs=$(pg_config --bindir 2> /dev/null || ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
port=$((20000 + RANDOM % 10000))
export LC_ALL=C DOTNET_ENVIRONMENT=Production
address="Host=127.0.0.1;Port=$port;Username=btec"
say() { echo "$(date +%T) $*"; }

# The programs of the server refuse to run as root.
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as() { (cd "$folder" && runuser -u postgres -- "$@"); }
else
  as() { (cd "$folder" && "$@"); }
fi
start() { as nice -n "$nice" "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait --timeout=600 --options="-p $port -k '' -c listen_addresses=127.0.0.1 $*" start > /dev/null; }
stop() { as "$programs/pg_ctl" --pgdata="$folder/data" --mode="$1" --wait --timeout=600 stop > /dev/null 2>&1; }
sql() { psql --host=127.0.0.1 --port="$port" --username=btec --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$@"; }
finish() {
  kill "${watcher:-}" 2> /dev/null || true
  if [ -n "${GROWTH_KEEP:-}" ]; then
    say "left running: psql -h 127.0.0.1 -p $port -U btec many; stop with pg_ctl -D $folder/data stop, and remove $folder"
  else
    stop immediate || true
    rm -rf "$folder"
  fi
}
trap finish EXIT
trap 'exit 1' INT TERM

as "$programs/initdb" --pgdata="$folder/data" --username=btec --auth=trust --no-sync --encoding=UTF8 --locale=C > /dev/null
nice=10
start "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB" \
  "-c checkpoint_timeout=1h -c autovacuum=off -c shared_buffers=2GB -c maintenance_work_mem=2GB -c max_parallel_maintenance_workers=1"
(
  while [ "$(free)" -ge $reserve ]; do sleep 5; done
  echo "Less than $reserve GB are free, so this ends." >&2
  stop immediate
) &
watcher=$!

# The password that bench logs in with (BenchDatabase.Password), at the cost of the product.
sql postgres --command="CREATE EXTENSION pgcrypto"
hash=$(sql postgres --tuples-only --no-align --command="SELECT replace(crypt('correct horse battery', gen_salt('bf', 12)), '\$2a\$', '\$2b\$')")
dotnet build Btec.MigrationService --configuration Release --verbosity quiet --nologo
fill() { # DATABASE USERS SESSIONS EVENTS PEOPLE: the number of users that the events are about, who need not exist
  sql postgres --command="CREATE DATABASE $1"
  ConnectionStrings__btecdb="$address;Database=$1" dotnet Btec.MigrationService/bin/Release/net10.0/Btec.MigrationService.dll > "$folder/migration" 2>&1 ||
    { cat "$folder/migration"; exit 1; }
  load() { sql "$1" --set=users="$2" --set=sessions="$3" --set=events="$4" --set=people="$5" --set=hash="$hash" --file="scripts/growth/$6.sql" 2>&1 | sed -u "s/^psql.*NOTICE: */$1: /" | while read -r line; do say "$line"; done; }
  load "$@" users & of_users=$!
  load "$@" sessions
  load "$@" refresh-tokens
  wait $of_users
  load "$@" audit
  say "$1: filled"
}
fill few 1000 3000 10000 1000
began=$SECONDS
fill many "$users" "$sessions" "$events" "$people"
say "the large database took $((SECONDS - began)) s"
sql many --file=scripts/growth/sizes.sql

# As a server of a large installation has it, and with its statements recorded. Vacuuming the large tables would disturb single rounds.
for table in users sessions refresh_tokens audit_events; do sql many --command="ALTER TABLE $table SET (autovacuum_enabled = off)"; done
stop fast
nice=0
start "-c shared_buffers=4GB -c effective_cache_size=12GB -c work_mem=16MB -c random_page_cost=1.1 -c max_wal_size=8GB" \
  "-c shared_preload_libraries=pg_stat_statements,auto_explain -c pg_stat_statements.track_planning=on" \
  "-c auto_explain.log_min_duration=50ms -c auto_explain.log_nested_statements=on"
sql many --command="CREATE EXTENSION pg_stat_statements"
dotnet run --configuration Release --project bench -- growth "$part" "$users" "$people" "$address;Database=few" "$address;Database=many"
say "statements"
sql many --file=scripts/growth/statements.sql
say "statements that took 50 ms or more and read a whole table"
grep -E 'Seq Scan on (users|sessions|refresh_tokens|audit_events)' "$folder/log" | sed 's/(cost.*//' | sort | uniq -c || true
cp "$folder/log" "${GROWTH_LOG:-/dev/null}"
