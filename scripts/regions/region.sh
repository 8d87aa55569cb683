#!/usr/bin/env bash
# The home region on this machine: a network namespace with PostgreSQL and an API at 10.112.0.1, at the end of a link whose other end is 10.112.0.2.
# scripts/regions/run.sh calls it; FOLDER holds all data and logs.
#   region.sh up FOLDER                      start the link and PostgreSQL
#   region.sh api FOLDER PROGRAM             start the API, configured by this command's environment
#   region.sh link FOLDER MILLISECONDS|cut   let each direction take so long, or lose everything
#   region.sh down FOLDER                    end everything
set -euo pipefail

command=$1
folder=$2
home=10.112.0.1
far=10.112.0.2
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)

in_home() { ip netns exec home "$@"; }
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }

wait_for() { # SECONDS COMMAND
  for ((round = 0; round < $1 * 10; round++)); do
    "${@:2}" > /dev/null 2>&1 && return
    sleep 0.1
  done
  echo "Not within $1 s: ${*:2}" >&2
  return 1
}

case $command in
  up)
    chown postgres "$folder"
    chmod 755 "$folder"
    ip netns add home
    echo 0 > "$folder/link"
    python3 "$(dirname "$0")/link.py" "$folder/link" > "$folder/link.log" 2>&1 &
    echo $! > "$folder/link.pid"
    wait_for 10 ip link show home0
    ip link set home0 netns home
    ip address add $far peer $home dev far0
    ip link set far0 up
    in_home ip address add $home peer $far dev home0
    in_home ip link set home0 up
    in_home ip link set lo up
    (cd "$folder" && as_postgres "$programs/initdb" -D "$folder/data" -U btec --auth=trust -E UTF8 --locale=C --no-sync) > "$folder/initdb.log"
    echo "host all all $far/32 trust" >> "$folder/data/pg_hba.conf"
    echo "host all all $home/32 trust" >> "$folder/data/pg_hba.conf"
    (cd "$folder" && exec ip netns exec home setpriv --reuid postgres --regid postgres --init-groups "$programs/postgres" -D "$folder/data" \
      -c listen_addresses=$home -c unix_socket_directories= -c fsync=off) > "$folder/postgres.log" 2>&1 &
    wait_for 30 "$programs/pg_isready" --host=$home --username=btec
    ;;
  api)
    mkdir -p "$folder/api"
    (cd "$folder/api" && ASPNETCORE_URLS="http://$home:5080" exec ip netns exec home dotnet "$3") > "$folder/api.log" 2>&1 &
    ;;
  link) echo "$3" > "$folder/link" ;;
  down)
    ip netns pids home | xargs -r kill -9
    kill "$(cat "$folder/link.pid")"
    sleep 0.5
    ip netns delete home
    ;;
  *) echo "Unknown command $command." >&2; exit 2 ;;
esac
