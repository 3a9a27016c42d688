#!/usr/bin/env bash
# Installs what is missing, builds, compiles the KLA mixer for this machine, runs it
# on real-sized input beside the float64 reference, runs a whole KLA layer, and filters
# the Nile's flow.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/dev/install-deps.sh
cmake --preset release >/dev/null
cmake --build --preset release

python=/usr/bin/python3
bin=build/release/bin
work=build/demo
mkdir -p "$work"

echo
echo "== examples/kla.mlir to a library for this machine =="
"$bin/kalmir-compile" examples/kla.mlir --emit=shared -march=native -o "$work/kla.so"
ls -l "$work/kla.so" "$work/kla.h" | awk '{print $NF, $5, "bytes"}'

echo
echo "== KLA on B=2, L=2048, M=1024, S=16 =="
"$python" examples/demo.py make-kla "$work"
inputs=$(printf "$work/%s.npy," v lv k q a p lam0 eta0)
for target in cpu reference; do
  repeat=5
  [ "$target" = reference ] && repeat=1
  "$bin/kalmir-run" examples/kla.mlir --entry=kla --target="$target" \
    --in="${inputs%,}" --out="$work/y.$target.npy,$work/yvar.$target.npy,," \
    --repeat="$repeat" --report=json >"$work/report.$target.json"
done
"$python" examples/demo.py report-kla "$work"

echo
echo "== The whole layer, examples/kla_block.mlir, B=2, L=2048, 512 to 1024 channels =="
"$python" examples/demo.py make-block "$work"
weights=$(printf ",$work/block.%s.npy" w_in w_conv b_conv w_sensor delta p_c skip w_out)
run_block() { # report, input, result, options
  "$bin/kalmir-run" examples/kla_block.mlir --entry=kla_block --report=json \
    --in="$2$weights" --out="$3" "${@:4}" >"$1"
}
run_block "$work/report.fused.json" "$work/block.x.npy" "$work/block.y.npy" --repeat=3
run_block "$work/report.separate.json" "$work/block.x.npy" "" --repeat=3 --no-fuse
run_block "$work/report.block.reference.json" "$work/block.head.npy" \
  "$work/block.y.reference.npy" --target=reference
"$python" examples/demo.py report-block "$work"

echo
echo "== The flow of the Nile at Aswan, 1871 to 1970: local level, diffuse prior =="
"$python" examples/demo.py make-nile examples/data/nile.csv "$work"
"$bin/kalmir-run" examples/local_level.mlir --entry=local_level_diffuse \
  --in="$work/flow.npy,$work/H.npy,$work/Q.npy" \
  --out="$work/mean.npy,$work/var.npy,$work/loglik.npy"
"$python" examples/demo.py draw-nile examples/data/nile.csv "$work"
