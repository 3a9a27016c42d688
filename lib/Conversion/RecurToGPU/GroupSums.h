//===- GroupSums.h - sums over the threads of a group -----------*- C++ -*-===//
//
// Every thread of a group of T has V values; wanted are their V sums over the
// group. Adding across the group one value after the other takes log2 T
// shuffles for each. Here a thread gives away half of the values at each
// exchange and keeps the rest:
//
//   thread   has          keeps after 1   after 2
//   0        a b c d      a b             a
//   1        a b c d      a b             b
//   2        a b c d      c d             c
//   3        a b c d      c d             d
//
// which are 3 shuffles in place of 8. In which order threads are added does not
// depend on V, so that the bits of a sum do not either.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_GROUPSUMS_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_GROUPSUMS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace kalmir::threads {

struct GroupSums {
  /// The sums that this thread has: numbers `first` and following.
  llvm::SmallVector<mlir::Value> sums;
  mlir::Value first;
  /// Whether it is the first of the threads that have them.
  mlir::Value isOwner;
};

/// x + y, floats or integers. Sums across threads must not contract products,
/// or their bits depend on whether something stands between.
mlir::Value
add(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y,
    mlir::arith::FastMathFlags flags = mlir::arith::FastMathFlags::none);

/// Adds up `values` over the threads of a group of `numThreads`, a power of
/// two; `member` is the number of the thread in it. All threads of a warp do
/// it.
GroupSums addOverGroup(mlir::ImplicitLocOpBuilder &b,
                       llvm::ArrayRef<mlir::Value> values, mlir::Value member,
                       int64_t numThreads);

/// Adds up values, one for each thread of a group, in the order of
/// addOverGroup: to the same bits.
mlir::Value addLikeGroup(mlir::ImplicitLocOpBuilder &b,
                         llvm::ArrayRef<mlir::Value> values);

/// The type that shuffles, and shared memory, take in place of another, as they
/// take no numbers of the width of addresses, nor narrow ones; and values of
/// the one as the other.
mlir::Type getExchangedType(mlir::OpBuilder &b, mlir::Type type);
mlir::Value toExchanged(mlir::ImplicitLocOpBuilder &b, mlir::Value value);
mlir::Value fromExchanged(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                          mlir::Type type);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_GROUPSUMS_H
