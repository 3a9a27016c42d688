//===- LinalgToRecur.td - from linalg to recurrences ----------------------===//

#ifndef KALMIR_CONVERSION_LINALGTORECUR_TD
#define KALMIR_CONVERSION_LINALGTORECUR_TD

include "mlir/Pass/PassBase.td"

def RaiseWindowsToRecurPass : Pass<"kalmir-raise-windows-to-recur"> {
  let summary = "Rewrite causal windows as recurrences with a shift register";
  let description = [{
    What: a linalg operation that sees, at every step of time, the last w steps
    of an input becomes a `recur.generic` whose states are the last w - 1 of
    them: a short causal convolution is a recurrence. Tiles of time and a decode
    step then carry w - 1 rows, and nothing is read or computed twice.

    When it applies: to an operation on tensors with one result and one reduction
    iterator k of static extent w > 1, where one operand is indexed by t + k in one
    dimension, and comes from a `tensor.pad` with w - 1 rows before and none
    after that dimension: `linalg.depthwise_conv_1d_nwc_wc` with strides and
    dilations of 1, the same in other layouts, a moving maximum. The other
    dimensions of that operand are all other parallel iterators. What looks like
    a window but is none of these is left alone, with a remark.

    Numerics: exact; the window is run through from its first row to its last, as
    linalg does.

    Example: `test/Conversion/LinalgToRecur/raise-windows-doc.mlir`.

    Limits: windows over one dimension, of at most 64 steps; no `linalg.index`.
  }];
  let statistics = [
    Statistic<"numRaised", "raised", "Windows rewritten as recurrences">,
    Statistic<"numRefused", "refused", "Windows left as they are">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::kalmir::recur::RecurDialect"
  ];
}

#endif // KALMIR_CONVERSION_LINALGTORECUR_TD
