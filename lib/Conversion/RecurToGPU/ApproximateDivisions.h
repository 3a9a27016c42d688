//===- ApproximateDivisions.h - divisions by what is in range ---*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_APPROXIMATEDIVISIONS_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_APPROXIMATEDIVISIONS_H

#include "kalmir/Recur/IR/RecurUtils.h"

namespace kalmir::threads {

/// Replaces float32 divisions in the step of a scan, by states that set the
/// scale of a homogeneous group, by products with approximate reciprocals.
void approximateDivisions(recur::ScanOp op);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_APPROXIMATEDIVISIONS_H
