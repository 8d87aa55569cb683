#!/usr/bin/env bash
# Three nodes on this machine, each a network namespace with etcd, Patroni and PostgreSQL, and HAProxy in front of them on 127.0.0.1:5000.
# scripts/ha/run.sh calls it; FOLDER holds all data and logs.
#   cluster.sh up FOLDER true|false    start, with or without synchronous replication
#   cluster.sh kill FOLDER NODE        kill all processes of a node, as the loss of its machine would
#   cluster.sh start FOLDER NODE       start a node again
#   cluster.sh isolate FOLDER NODE     cut it off from the other nodes; clients still reach it
#   cluster.sh unplug FOLDER NODE      cut it off from everything
#   cluster.sh heal FOLDER NODE        undo either
#   cluster.sh switchover FOLDER NODE  hand the leadership over from this node
#   cluster.sh leader FOLDER           print the number of the leader's node
#   cluster.sh down FOLDER             end everything
set -euo pipefail

command=$1
folder=$2
network=10.111.0
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)

in_node() { ip netns exec "node$1" "${@:2}"; }

connect() { # NODE: a namespace, whose cable ends in a bridge
  ip netns add "node$1"
  ip link add "cable$1" type veth peer name eth0 netns "node$1"
  ip link set "cable$1" master bridge0 up
  in_node "$1" ip address add "$network.$1/24" dev eth0
  in_node "$1" ip link set eth0 up
  in_node "$1" ip link set lo up
}

write_settings() { # NODE SYNCHRONOUS
  install -d -o postgres "$folder/socket$1"
  cat > "$folder/patroni$1.yml" << YAML
scope: btec
name: node$1
restapi: {listen: "$network.$1:8008", connect_address: "$network.$1:8008"}
etcd3: {hosts: "$network.1:2379,$network.2:2379,$network.3:2379"}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    synchronous_mode: $2
    maximum_lag_on_failover: 16777216
    postgresql:
      use_pg_rewind: true
      parameters: {max_connections: 200, wal_keep_size: 256MB}
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
postgresql:
  listen: "$network.$1:5432"
  connect_address: "$network.$1:5432"
  data_dir: "$folder/data$1"
  bin_dir: $programs
  pgpass: "$folder/pgpass$1"
  pg_hba: ["host all all $network.0/24 trust", "host replication all $network.0/24 trust", "local all all trust"]
  authentication:
    superuser: {username: btec, password: btec}
    replication: {username: replicator, password: btec}
  parameters: {unix_socket_directories: "$folder/socket$1"}
YAML
}

start_node() { # NODE
  local members="node1=http://$network.1:2380,node2=http://$network.2:2380,node3=http://$network.3:2380"
  local own="http://$network.$1"
  in_node "$1" setpriv --reuid postgres --regid postgres --init-groups etcd --name "node$1" --data-dir "$folder/etcd$1" \
    --listen-peer-urls "$own:2380" --initial-advertise-peer-urls "$own:2380" --listen-client-urls "$own:2379" \
    --advertise-client-urls "$own:2379" --initial-cluster "$members" --heartbeat-interval 100 --election-timeout 1000 \
    > "$folder/etcd$1.log" 2>&1 &
  in_node "$1" setpriv --reuid postgres --regid postgres --init-groups patroni "$folder/patroni$1.yml" \
    > "$folder/patroni$1.log" 2>&1 &
}

start_proxy() {
  cat > "$folder/haproxy.cfg" << CFG
global
  stats socket $folder/haproxy.sock mode 600 level admin
defaults
  mode tcp
  timeout connect 1s
  timeout client 30m
  timeout server 30m
  timeout check 1s
listen primary
  bind 127.0.0.1:5000
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
  server node1 $network.1:5432 check port 8008
  server node2 $network.2:5432 check port 8008
  server node3 $network.3:5432 check port 8008
CFG
  haproxy -f "$folder/haproxy.cfg" > "$folder/haproxy.log" 2>&1 &
  echo $! > "$folder/haproxy.pid"
}

status() { curl -s --max-time 2 -o /dev/null -w '%{http_code}' "http://$network.$1:8008/$2" || true; }

leader() {
  for node in 1 2 3; do
    [ "$(status $node primary)" = 200 ] && echo $node && return
  done
  return 1
}

wait_for() { # SECONDS COMMAND
  for ((round = 0; round < $1 * 5; round++)); do
    "${@:2}" > /dev/null && return
    sleep 0.2
  done
  echo "Not within $1 s: ${*:2}" >&2
  return 1
}

count_standbys() { # KIND: a path of Patroni's REST interface
  local count=0
  for node in 1 2 3; do [ "$(status $node "$1")" = 200 ] && count=$((count + 1)); done
  [ $count -ge "$2" ]
}

case $command in
  up)
    chown postgres "$folder"
    chmod 755 "$folder"
    ip link add bridge0 type bridge
    ip address add "$network.254/24" dev bridge0
    ip link set bridge0 up
    for node in 1 2 3; do connect $node; write_settings $node "$3"; start_node $node; done
    wait_for 150 leader
    start_proxy
    wait_for 150 count_standbys replica 2
    [ "$3" = false ] || wait_for 150 count_standbys synchronous 1
    ;;
  kill) ip netns pids "node$3" | xargs kill -9 ;;
  start) start_node "$3" ;;
  isolate)
    for other in 1 2 3; do
      [ $other = "$3" ] || in_node "$3" ip route add blackhole "$network.$other/32"
    done
    ;;
  unplug) ip link set "cable$3" down ;;
  heal)
    ip link set "cable$3" up
    for other in 1 2 3; do in_node "$3" ip route del blackhole "$network.$other/32" 2> /dev/null || true; done
    ;;
  switchover)
    curl -s --max-time 30 -X POST -H 'Content-Type: application/json' -d "{\"leader\": \"node$3\"}" "http://$network.$3:8008/switchover"
    ;;
  leader) leader ;;
  down)
    for node in 1 2 3; do ip netns pids "node$node" | xargs -r kill -9; done
    kill "$(cat "$folder/haproxy.pid")"
    sleep 0.5
    for node in 1 2 3; do ip netns delete "node$node"; done
    ip link delete bridge0
    ;;
  *) echo "Unknown command $command." >&2; exit 2 ;;
esac
