#!/usr/bin/env bash
# Renews tracker/static/vendor/ from npm. For maintainers: running the product needs no Node.
#
# To move to another version, change it here, run the script, and delete the old directory.
# The "sourceMappingURL" comment is taken out of each file, because hashed static files refuse a
# reference to a map that is not there; nothing else is changed.
set -euo pipefail
cd "$(dirname "$0")/.."
vendor=tracker/static/vendor
packages=$(mktemp -d)
trap 'rm -rf "$packages"' EXIT

{
  printf '# Vendored front end\n\n'
  printf 'Written by `.ci/vendor.sh`; `tests/test_vendor.py` compares the hashes. The files are those of\n'
  printf 'the npm package, without the `sourceMappingURL` comment.\n\n'
  printf '| npm name | version | file | licence | SHA-256 |\n|---|---|---|---|---|\n'
} > "$packages/VENDOR.md"

vendor() { # name, version, licence, directory name, files in the package
  local name=$1 version=$2 licence=$3 directory=$4-$2
  shift 4
  (cd "$packages" && npm pack --silent "$name@$version" > /dev/null &&
    mkdir "$directory" && tar xzf "$name-$version.tgz" -C "$directory" --strip-components=1)
  mkdir -p "$vendor/$directory"
  for file in "$@"; do
    local kept=$vendor/$directory/${file##*/}
    sed -E 's@//# sourceMappingURL=[^ ]*$@@; s@/\*# sourceMappingURL=[^*]*\*/@@' \
      "$packages/$directory/$file" > "$kept"
    printf '| %s | %s | %s/%s | %s | `%s` |\n' "$name" "$version" "$directory" "${file##*/}" \
      "$licence" "$(sha256sum "$kept" | cut -d' ' -f1)" >> "$packages/VENDOR.md"
  done
}

vendor bootstrap 5.3.8 MIT bootstrap dist/css/bootstrap.min.css LICENSE
vendor htmx.org 2.0.11 0BSD htmx dist/htmx.min.js LICENSE
cp "$packages/VENDOR.md" "$vendor/VENDOR.md"
