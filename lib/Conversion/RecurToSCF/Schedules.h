//===- Schedules.h - serial and chunked time --------------------*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_SCHEDULES_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_SCHEDULES_H

#include "LanePlan.h"

namespace kalmir::lanes {

/// Emits a recurrence with time in one loop, before the recurrence.
void emitSerial(LanePlan plan);

/// Emits a `recur.scan` with time cut into chunks of `chunkLength` steps,
/// before the scan.
void emitChunked(LanePlan plan, int64_t chunkLength);

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_SCHEDULES_H
