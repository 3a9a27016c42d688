//===- RecurToSCF.td - from recurrences to loops and vectors --------------===//

#ifndef KALMIR_CONVERSION_RECURTOSCF_TD
#define KALMIR_CONVERSION_RECURTOSCF_TD

include "mlir/Pass/PassBase.td"

def ConvertRecurToSCFPass : Pass<"kalmir-convert-recur-to-scf", "::mlir::ModuleOp"> {
  let summary = "Convert recurrences on buffers to loops over vectors of lanes";
  let description = [{
    What: replaces every `recur.generic` and `recur.scan` on buffers by
    `scf.parallel` over blocks of lanes, `scf.for` over time, and arith and
    math operations on vectors that hold one lane an element. One lane
    iterator, where possible a parallel one that is contiguous in the operands,
    becomes the vector dimension; the last block of it runs under a mask.
    Values that do not change over time are computed once.

    Time runs in one loop. Several vectors of lanes go through time together, in
    tiles; threads share the tiles.

    When it applies: to operations whose operands are buffers (run
    one-shot-bufferize first), that are not packed (run
    `kalmir-recur-expand-segments` first) and not to be cut into chunks (run
    `kalmir-recur-split-time` first). Bodies may use any operation without side
    effects; one that is not elementwise makes the lanes run one by one, with a
    remark.

    Numerics: the body's operations run as written, with the fast-math flags
    that they carry, and no flags are added. Sums over reduction iterators and
    over time run in an order that depends on extents and vector width only, in
    float where the output is a narrower float type. Groups of
    homogeneous states are multiplied by powers of two, which is exact barring
    underflow of the small members. Results do not depend on the number of
    threads.

    Example: test/Conversion/RecurToSCF/recur-to-scf-doc.mlir.

    Limits: the scratch buffers hold the lanes of some tiles, never every step of
    every lane.
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"512",
           "Bits of a vector of lanes where the schedule gives no width; may be "
           "several registers of the processor">,
    Option<"cores", "cores", "int64_t", /*default=*/"1",
           "Cores that share the lanes: tiles become smaller until there are "
           "two for each">
  ];
  let statistics = [
    Statistic<"numConverted", "converted", "Recurrences converted">,
    Statistic<"numScalar", "scalar",
              "Recurrences converted without vectors over lanes">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

#endif // KALMIR_CONVERSION_RECURTOSCF_TD
