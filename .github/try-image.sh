#!/usr/bin/env bash
# Tests an image against an empty PostgreSQL, as a host would run it: as an ordinary user, on a read-only file system, first the
# worker and then the API.
#   try-image.sh IMAGE DATABASE_URL        (set DOCKER=podman or DOCKER_FLAGS="…" for other tools)
set -euo pipefail

image=$1
export DATABASE_URL=$2
export PORT=18080 Jwt__SigningKey
Jwt__SigningKey=$(head -c 32 /dev/urandom | base64)
api=http://127.0.0.1:$PORT
docker=${DOCKER:-docker}
read -ra flags <<< "${DOCKER_FLAGS:-}"
flags+=(--network host --read-only --tmpfs /tmp --cap-drop ALL -e DATABASE_URL -e PORT -e Jwt__SigningKey)

fail() { echo "FAILED: $*" >&2; exit 1; }
expect() { [ "$2" = "$3" ] || fail "$1: expected $2, got $3"; echo "ok: $1"; }
status() { curl --silent --max-time 20 --output /dev/null --write-out '%{http_code}' "$@" || true; }
until_status() {
  for _ in $(seq 100); do
    [ "$(status "$2")" = "$1" ] && return
    sleep 0.2
  done
  fail "$2 did not answer $1 in time"
}

container=$("$docker" run "${flags[@]}" --detach "$image")
trap '"$docker" logs "$container"; "$docker" rm --force "$container" >/dev/null' EXIT

until_status 200 "$api/alive"
expect "not ready before the migrations" 503 "$(status "$api/health")"
expect "the worker fails without a database" 1 \
  "$("$docker" run --rm "${flags[@]}" -e DATABASE_URL=postgres://nobody@127.0.0.1:1/none -e Migrations__WaitForDatabase=00:00:01 \
    "$image" dotnet Btec.MigrationService.dll >/dev/null 2>&1; echo $?)"
"$docker" run --rm "${flags[@]}" "$image" dotnet Btec.MigrationService.dll || fail "the worker did not migrate"
"$docker" run --rm "${flags[@]}" "$image" dotnet Btec.MigrationService.dll || fail "the worker did not succeed a second time"
until_status 200 "$api/health"
expect "api/health" 200 "$(status "$api/api/health")"

expect "register" 201 "$(status "$api/api/auth/register" --json '{"email": "ada@example.com", "password": "correct horse battery"}')"
token=$(curl --silent --fail "$api/api/auth/login" -d username=ada@example.com --data-urlencode 'password=correct horse battery' |
  sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
expect "users/me" 200 "$(status "$api/api/users/me" -H "Authorization: Bearer $token")"
expect "users/me without a token" 401 "$(status "$api/api/users/me")"
expect "openapi" 200 "$(status "$api/openapi/v1.json")"

expect "the user is not root" 1654 "$("$docker" inspect --format '{{.Config.User}}' "$image")"
expect "the API refuses to start without a signing key" 78 \
  "$("$docker" run --rm "${flags[@]}" -e Jwt__SigningKey= "$image" >/dev/null 2>&1; echo $?)"
"$docker" stop -t 20 "$container" >/dev/null
expect "the API exits with 0 after SIGTERM" 0 "$("$docker" inspect --format '{{.State.ExitCode}}' "$container")"
