#!/usr/bin/env bash
# Writes the reference of dialects and passes from their definitions into docs/, or
# with --check fails where what is there is not what would be written.
set -euo pipefail
cd "$(dirname "$0")/../.."

tblgen=$(command -v mlir-tblgen-22 || echo /usr/lib/llvm-22/bin/mlir-tblgen)
includes=(-I dialects -I include -I "$(/usr/bin/llvm-config-22 --includedir)")
out=docs
if [ "${1:-}" = --check ]; then
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
fi
mkdir -p "$out/Dialects"

for folder in dialects/kalmir/*/IR; do
  name=$(basename "$(dirname "$folder")")
  dialect=$(sed -n "s/^ *let name = \"\(.*\)\";/\1/p" "$folder/${name}Dialect.td")
  # A dialect without operations is documented by its attributes.
  source=$folder/${name}Ops.td
  [ -e "$source" ] || source=$folder/${name}Attributes.td
  "$tblgen" -gen-dialect-doc -dialect="$dialect" "${includes[@]}" "$source" \
    -o "$out/Dialects/$name.md"
done
{
  echo "# Passes"
  git ls-files '*Passes.td' 'include/kalmir/Conversion/*.td' | sort | while read -r file; do
    "$tblgen" -gen-pass-doc "${includes[@]}" "$file"
  done
} >"$out/Passes.md"

if [ "${1:-}" = --check ]; then
  diff -ru docs/Dialects "$out/Dialects"
  diff -u docs/Passes.md "$out/Passes.md"
fi
