//===- BufferizableOpInterfaceImpl.h - recurrences on buffers ---*- C++ -*-===//
//
// One-shot bufferization turns a recurrence on tensors into the same operation
// on buffers: states are read and updated in place, outputs are overwritten.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define KALMIR_RECUR_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace kalmir::recur {

/// Makes `recur.generic` and `recur.scan` implement `BufferizableOpInterface`.
void registerBufferizableOpInterfaceExternalModels(
    mlir::DialectRegistry &registry);

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
