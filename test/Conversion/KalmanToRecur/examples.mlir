// Every recurrence of the examples is found to be a scan; the two hand-written
// loops have the element of the layer.
// RUN: kalmir-opt %examples/kla.mlir --kalmir-convert-kalman-to-recur \
// RUN:   --kalmir-recur-derive-scan -o /dev/null --remarks-filter=kalmir 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KLA
// RUN: kalmir-opt %examples/kla_loop.mlir --kalmir-recur-derive-scan \
// RUN:   -o /dev/null --remarks-filter=kalmir 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KLA
// RUN: kalmir-opt %examples/local_level.mlir --kalmir-convert-kalman-to-recur \
// RUN:   --kalmir-recur-derive-scan -o /dev/null --remarks-filter=kalmir 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KLA
// KLA-COUNT-2: scan of 1 components, element of 7 scalars
// KLA-NOT: remark
