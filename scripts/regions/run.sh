#!/usr/bin/env bash
# Two regions on this machine, 80 ms apart: prints how long each route takes across the link, and what works without it: scripts/regions/run.sh
# Needs root for network namespaces, python3, and Debian's packages postgresql and iproute2. Takes some minutes.
# Everything runs in namespaces of its own and ends with this command. docs/operations/regions.md explains the figures.
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in ip unshare python3; do
  command -v "$program" > /dev/null || { echo "$program is not installed." >&2; exit 1; }
done
tests=Btec.Tests/bin/Debug/net10.0/Btec.Tests.dll
[ -f "$tests" ] || dotnet build Btec.Tests -v q

export BTEC_TEST_REGIONS=1
exec unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc bash -c '
  set -euo pipefail
  ip link set lo up
  mkdir -p /run/netns
  mount -t tmpfs tmpfs /run/netns
  exec dotnet "$@"' run "$tests" --filter-class Btec.Tests.Regions.RegionTests --explicit only --output Detailed
