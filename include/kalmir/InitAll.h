//===- InitAll.h - register everything Kalmir adds --------------*- C++ -*-===//
//
// A compiler that wants Kalmir beside its own dialects calls these two.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_INITALL_H
#define KALMIR_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

#pragma GCC visibility push(default)

namespace kalmir {

/// Adds our dialects and all external models that they bring.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers our passes and pipelines with MLIR's global pass registry. Safe
/// to call more than once.
void registerAllPasses();

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_INITALL_H
