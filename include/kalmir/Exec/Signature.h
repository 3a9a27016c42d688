//===- Signature.h - what a function takes and returns ----------*- C++ -*-===//

#ifndef KALMIR_EXEC_SIGNATURE_H
#define KALMIR_EXEC_SIGNATURE_H

#include "kalmir/Exec/Npy.h"
#include "kalmir/runtime.h"

#include <limits>

namespace kalmir::exec {

/// A dimension of which nothing is known, not even a symbol.
inline constexpr int64_t kAnyExtent = std::numeric_limits<int64_t>::min();

/// An argument or result, as files hold it.
struct Argument {
  /// Empty where there is none.
  std::string name;
  /// The element type and what it is called in IR: bf16 is u16 in files.
  npy::DType dtype = npy::DType::f64;
  std::string type;
  /// An extent, -(s+1) for the symbol s, or kAnyExtent.
  std::vector<int64_t> dims;
  /// Empty, or for boundaries of packed sequences the extent of time and the
  /// number of sequences, as in dims.
  std::vector<int64_t> boundaries;
};

/// A function as callers see it.
struct Signature {
  std::string name;
  std::vector<Argument> inputs, outputs;
};

/// The signature that a compiled entry has in it.
Signature getSignature(const kalmir_signature &signature);

/// Checks the number, element types and known extents of inputs; `files` are
/// what failures call them.
Status checkInputs(const Signature &signature,
                   const std::vector<npy::Array> &inputs,
                   const std::vector<std::string> &files);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_SIGNATURE_H
