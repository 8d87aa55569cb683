#!/usr/bin/env bash
# Adds a migration for both databases: scripts/add-migration.sh AddSomething
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?"Usage: scripts/add-migration.sh NAME"}

dotnet tool restore
dotnet build Btec.MigrationService
for database in BtecDbContext:Postgres/Migrations SqliteBtecDbContext:Sqlite/Migrations; do
  dotnet ef migrations add "$name" --no-build --project Btec.Data --startup-project Btec.MigrationService \
    --context "${database%%:*}" --output-dir "${database#*:}"
done
