// KLA as the operation, as a loop on (lam, eta) and as a loop on (m, P): the same
// element, and within 5 % the same number of instructions in a step.
// RUN: kalmir-compile %examples/kla.mlir --compile-to=scan -o %t.op.mlir
// RUN: kalmir-compile %examples/kla_loop.mlir --compile-to=scan -o %t.loop.mlir
// RUN: %python %S/Inputs/compare_scans.py %t.op.mlir:kla %t.loop.mlir:kla_information %t.loop.mlir:kla_mean_variance
