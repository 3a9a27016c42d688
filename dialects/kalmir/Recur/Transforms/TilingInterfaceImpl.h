//===- TilingInterfaceImpl.h - tiling of recurrences ------------*- C++ -*-===//
//
// Upstream's tiling knows parallel and reduction iterators. A recurrence is
// reported as a reduction, and the states, being destinations, carry it from
// time tile to time tile:
//
//   %y, %h = scf.for %t = 0 to %L step 64 iter_args(%y, %h) {
//     %h1, %y1 = recur.generic ins(%x[%t, 64]) state(%h) outs(%y[%t, 64]) ...
//     yield insert(%y1, %y[%t, 64]), %h1
//   }
//
// With `reverse`, tile k of the loop covers the time slice counted from the
// end. What would give wrong values is refused, see the .cpp file.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_TILINGINTERFACEIMPL_H
#define KALMIR_RECUR_TRANSFORMS_TILINGINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace kalmir::recur {

/// Makes `recur.generic` and `recur.scan` implement `TilingInterface`.
void registerTilingInterfaceExternalModels(mlir::DialectRegistry &registry);

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_TILINGINTERFACEIMPL_H
