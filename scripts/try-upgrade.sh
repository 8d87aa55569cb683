#!/usr/bin/env bash
# Replaces the previous release by this build under load, as docs/operations/upgrade-and-rollback.md tells, and prints what clients saw:
# scripts/try-upgrade.sh [COMMIT]
# The commit is that of the newest tag by default. 1.0.0 has none: it is the last commit of the day that the changelog names.
# Needs PostgreSQL and nginx (.devcontainer/install-servers.sh) and the whole history of the repository. Takes a few minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

commit=${1:-$(git tag --list 'v*' --sort=-version:refname | head -1)}
commit=$(git rev-parse --verify "${commit:-34d43d4}^{commit}")
export BTEC_TEST_PREVIOUS
BTEC_TEST_PREVIOUS=$(mktemp -d)
trap 'rm -rf "$BTEC_TEST_PREVIOUS"' EXIT

echo "Building $(git show --no-patch --format='%h (%as)' "$commit")."
mkdir "$BTEC_TEST_PREVIOUS/source"
git archive "$commit" | tar --extract --directory "$BTEC_TEST_PREVIOUS/source"
for program in Btec.MigrationService Btec.Api; do
  dotnet build "$BTEC_TEST_PREVIOUS/source/$program" --output "$BTEC_TEST_PREVIOUS/$program" --verbosity quiet -nodeReuse:false \
    -p:RunAnalyzers=false -p:NuGetAudit=false -p:TreatWarningsAsErrors=false
done

tests=Btec.Tests/bin/Debug/net10.0/Btec.Tests.dll
[ -f "$tests" ] || dotnet build Btec.Tests --verbosity quiet
dotnet "$tests" --filter-class Btec.Tests.HighAvailability.UpgradeTests --explicit only --output Detailed
