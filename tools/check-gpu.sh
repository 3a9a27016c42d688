#!/usr/bin/env bash
# Checks and times compiled code on a machine with a GPU, in two halves:
#
#   tools/check-gpu.sh --prepare DIR [--march=sm_90] [--only=REGEX]
#       where Kalmir was built: compiles everything and computes what float64
#       gives. Needs NumPy. --only takes the cases whose names match.
#   DIR/run.sh [--sanitize | --time]
#       on a machine that needs nothing but an NVIDIA driver: runs all checks,
#       each 20 times, and prints a table. --sanitize runs some of them under
#       compute-sanitizer, --time prints times instead.
#
# DIR can be moved. The halves end with 0 where all went well, with 1 where a
# check missed or something is missing, with 2 for wrong usage.
set -euo pipefail

fail() {
  echo "check-gpu: error: $1" >&2
  exit "${2:-1}"
}

# --- where Kalmir was built ---------------------------------------------------

prepare() {
  local dir=$1 root size
  shift
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  export PATH="${KALMIR_BIN:-$root/build/release/bin}:$PATH"
  for tool in kalmir-compile kalmir-run kalmir-exec python3; do
    command -v "$tool" > /dev/null ||
      fail "expected $tool in build/release/bin, in \$KALMIR_BIN or on the PATH"
  done
  [ ! -e "$dir" ] || fail "expected a new name for the directory, found '$dir'"
  mkdir -p "$dir"
  python3 "$root/test/Inputs/gpu_cases.py" "$dir" "$@"
  cp "$(command -v kalmir-exec)" "$dir/kalmir-exec"
  strip "$dir/kalmir-exec" 2> /dev/null || true
  cp "${BASH_SOURCE[0]}" "$dir/run.sh"
  chmod +x "$dir/run.sh"
  size=$(du -sk --apparent-size "$dir" | cut -f1)
  echo "$((size / 1024)) MiB in $dir; on the GPU machine: run.sh, run.sh --time, run.sh --sanitize"
}

# --- where the GPU is ---------------------------------------------------------

# The number or text of a field of a report.
field() {
  sed -n "s/.*\"$1\":\([^,}]*\).*/\1/p" <<< "$2"
}

# Kernels with their grids and blocks: "kla_kernel 20x1x1/128".
launches() {
  grep -o '"kernel":"[^"]*","grid":\[[0-9,]*\],"block":\[[0-9]*' <<< "$1" |
    sed 's/"kernel":"\([^"]*\)","grid":\[\([0-9]*\),\([0-9]*\),\([0-9]*\)\],"block":\[/\1 \2x\3x\4\//' |
    paste -sd ';' | sed 's/;/; /g' || true
}

check_cases() {
  local kind name library entry arguments report misses=0 count=0
  printf '%-42s %10s %10s  %s\n' case 'of bound' ms kernels
  while IFS=$'\t' read -r kind name library entry arguments; do
    [ "$kind" != time ] || continue
    count=$((count + 1))
    # shellcheck disable=SC2086 # words
    if report=$(./kalmir-exec "$library" --entry="$entry" $arguments \
      --repeat=20 --same-bits --report=json 2>&1); then
      printf '%-42s %10s %10s  %s\n' "$name" "$(field max_error "$report")" \
        "$(field median_ms "$report")" "$(launches "$report")"
    else
      misses=$((misses + 1))
      printf '%-42s MISS %s\n' "$name" "$report"
    fi
  done < cases.txt
  echo "$count cases, $misses missed"
  [ "$misses" = 0 ]
}

sanitize_cases() {
  local sanitizer tool kind name library entry arguments misses=0 count=0
  sanitizer=$(command -v compute-sanitizer ||
    ls /usr/local/cuda*/bin/compute-sanitizer 2> /dev/null | tail -1) ||
    fail "expected compute-sanitizer on the PATH or in /usr/local/cuda/bin, found none"
  while IFS=$'\t' read -r kind name library entry arguments; do
    [ "$kind" = sanitize ] || continue
    for tool in memcheck racecheck; do
      count=$((count + 1))
      # shellcheck disable=SC2086
      if "$sanitizer" --tool "$tool" --error-exitcode 9 --print-limit 10 \
        ./kalmir-exec "$library" --entry="$entry" $arguments > sanitizer.log 2>&1; then
        printf '%-42s %-10s clean\n' "$name" "$tool"
      else
        misses=$((misses + 1))
        printf '%-42s %-10s MISS\n' "$name" "$tool"
        head -40 sanitizer.log
      fi
    done
  done < cases.txt
  echo "$count runs, $misses missed"
  [ "$misses" = 0 ]
}

time_cases() {
  local kind name library entry arguments report misses=0
  printf '%-38s %10s %10s %8s %12s  %s\n' case 'median ms' 'least ms' GB/s steps/s kernels
  while IFS=$'\t' read -r kind name library entry arguments; do
    [ "$kind" = time ] || continue
    # shellcheck disable=SC2086
    if report=$(./kalmir-exec "$library" --entry="$entry" $arguments \
      --repeat=50 --report=json 2>&1); then
      printf '%-38s %10s %10s %8.0f %12s  %s\n' "$name" "$(field median_ms "$report")" \
        "$(field min_ms "$report")" "$(field gb_per_s "$report")" \
        "$(field state_steps_per_s "$report")" "$(launches "$report")"
    else
      misses=$((misses + 1))
      printf '%-38s MISS %s\n' "$name" "$report"
    fi
  done < cases.txt
  [ "$misses" = 0 ]
}

# ------------------------------------------------------------------------------

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ -e "$here/cases.txt" ]; then
  cd "$here"
  case "${1:-}" in
    "") check_cases ;;
    --sanitize) sanitize_cases ;;
    --time) time_cases ;;
    *) fail "expected --sanitize, --time or nothing, found '$1'" 2 ;;
  esac
else
  [ "${1:-}" = --prepare ] && [ $# -ge 2 ] ||
    fail "expected --prepare DIR, found '$*'" 2
  prepare "${@:2}"
fi
