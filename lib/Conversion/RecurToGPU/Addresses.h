//===- Addresses.h - where threads read and write ---------------*- C++ -*-===//
//
// What copies between memory and shared memory have in common.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_ADDRESSES_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_ADDRESSES_H

#include "../RecurToSCF/LaneBuilder.h"

namespace kalmir::threads {

/// What one instruction moves at most.
inline constexpr int64_t kVectorBytes = 16;

inline int64_t getElementBytes(mlir::MemRefType type) {
  return type.getElementTypeBitWidth() / 8;
}

/// What an instruction that moves a vector may count on.
inline llvm::MaybeAlign getAlignment(mlir::VectorType type) {
  return llvm::MaybeAlign(static_cast<uint64_t>(std::min<int64_t>(
      type.getNumElements() * type.getElementTypeBitWidth() / 8,
      kVectorBytes)));
}

/// Whether vectors of `vectorElements` of an operand on rows lie at multiples
/// of their size, none crosses the end of a row, and rows hold nothing else: an
/// i1.
mlir::Value testAlignment(lanes::LaneBuilder &b, mlir::Value operand,
                          int64_t vectorElements);

/// The type of a part of a workgroup's shared memory, and all of it, as bytes.
mlir::MemRefType getSharedType(llvm::ArrayRef<int64_t> shape,
                               mlir::Type element);
mlir::Value openSharedMemory(lanes::LaneBuilder &b);

/// The value, as one of which LLVM does not know where it comes from: what
/// depends on it is computed where it stands, not before time begins, and holds
/// no registers elsewhere.
mlir::Value hideOrigin(lanes::LaneBuilder &b, mlir::Value index);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_ADDRESSES_H
