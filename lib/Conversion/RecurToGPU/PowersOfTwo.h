//===- PowersOfTwo.h - exponentials of products -----------------*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_POWERSOFTWO_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_POWERSOFTWO_H

#include "kalmir/Recur/IR/RecurUtils.h"

namespace kalmir::threads {

/// Replaces exp(x y) of float32 in a step, y the same at all steps, by
/// 2^(x (y log2 e)).
void usePowersOfTwo(recur::RecurrenceOp op);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_POWERSOFTWO_H
