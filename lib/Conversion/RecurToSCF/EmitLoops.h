//===- EmitLoops.h - one recurrence as loops --------------------*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_EMITLOOPS_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_EMITLOOPS_H

#include "LanePlan.h"

namespace kalmir::lanes {

/// Emits a recurrence, time in one loop, before the recurrence.
void emitLoops(LanePlan plan);

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_EMITLOOPS_H
