#!/usr/bin/env bash
# Installs the programs that the tests start: PostgreSQL, PgBouncer, Redis, RabbitMQ, Prometheus, HAProxy, nginx, oathtool, Authlib and,
# unless there is Chrome, Chromium. Runs as root or with sudo.
set -euo pipefail
[ "$(id -u)" = 0 ] || exec sudo "$0"

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# The programs alone: the tests create servers of their own.
mkdir -p /etc/postgresql-common
echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
# Without this, the packages of RabbitMQ, HAProxy and nginx start servers (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod +x $policy
fi
# Ubuntu has no package of Chromium, but its runners have Chrome.
browser=$(command -v chromium google-chrome > /dev/null || echo chromium)
apt-get install -y -qq --no-install-recommends postgresql pgbouncer redis-server rabbitmq-server prometheus haproxy nginx oathtool \
  python3-authlib python3-requests $browser > /dev/null
