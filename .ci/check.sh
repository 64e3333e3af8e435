#!/usr/bin/env bash
# Everything that can be said without running the tests. All steps run; the failed ones are named.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
DATA_DIR=$(mktemp -d)
export DATA_DIR
trap 'rm -rf "$DATA_DIR"' EXIT
# Production settings: nothing from the developer's own environment may soften them.
unset DEBUG INSECURE_HTTP DATABASE_URL ALLOWED_HOSTS STATIC_STORAGE SECRET_KEY

failed=()
step() {
  local name=$1
  shift
  printf -- '-- %s\n' "$name"
  "$@" || failed+=("$name")
}

step "ruff check" ruff check --quiet .
step "ruff format" ruff format --check --quiet .
step "import-linter" lint-imports --no-cache
step "mypy" mypy
step "manage.py check --deploy" python manage.py check --deploy --fail-level WARNING
step "makemigrations --check" python manage.py makemigrations --check --dry-run
step "translations" python .ci/translations.py
step "dependencies" python .ci/dependencies.py

if [ ${#failed[@]} -gt 0 ]; then
  printf 'check: failed: %s\n' "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
echo "check: all passed"
