// The Nile series with the exact diffuse prior: the published log-likelihood,
// from the op, from its scan, and beside a series without observations (0), one
// with a single observation (0) and one whose parameter is NaN (NaN, alone).
//
// RUN: rm -rf %t
// RUN: %python %S/Inputs/nile.py %examples/data/nile.csv %t
// RUN: kalmir-run %examples/local_level.mlir --entry=local_level_diffuse \
// RUN:   --target=reference --in=%t/y.npy,%t/H.npy,%t/Q.npy --out=,,%t/ll.npy
// RUN: %npy compare %t/ll.npy %t/expected.npy --tolerance=1e-6
// RUN: kalmir-opt %examples/local_level.mlir --kalmir-convert-kalman-to-recur \
// RUN:   --kalmir-recur-derive-scan -o %t/scan.mlir
// RUN: kalmir-run %t/scan.mlir --entry=local_level_diffuse \
// RUN:   --target=reference --in=%t/y.npy,%t/H.npy,%t/Q.npy --out=,,%t/ll.npy
// RUN: %npy compare %t/ll.npy %t/expected.npy --tolerance=1e-6
