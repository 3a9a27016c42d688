// The corpus of hand-written recurrences must parse and verify.
// RUN: kalmir-opt %S/Inputs/recurrences.mlir -o /dev/null
// RUN: kalmir-opt %S/Inputs/refused.mlir -o /dev/null
