#!/usr/bin/env bash
# Breaks a cluster of three PostgreSQL nodes under load, and prints what clients saw: scripts/ha/run.sh [WORD]…
# Runs the scenarios with all these words: kill, switchover, isolate, unplug; hosts, proxy; synchronous, asynchronous.
# Needs root for network namespaces, and Debian's packages postgresql, patroni, etcd-server and haproxy (apt install --no-install-recommends).
# Everything runs in namespaces of its own and ends with this command. docs/operations/high-availability.md explains the figures.
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in patroni etcd haproxy ip unshare; do
  command -v "$program" > /dev/null || { echo "$program is not installed." >&2; exit 1; }
done
tests=Btec.Tests/bin/Debug/net10.0/Btec.Tests.dll
[ -f "$tests" ] || dotnet build Btec.Tests -v q

export BTEC_TEST_HA="$*"
exec unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc bash -c '
  set -euo pipefail
  ip link set lo up
  mkdir -p /run/netns
  mount -t tmpfs tmpfs /run/netns
  exec dotnet "$@"' run "$tests" --filter-class Btec.Tests.HighAvailability.PatroniTests --explicit only --output Detailed
