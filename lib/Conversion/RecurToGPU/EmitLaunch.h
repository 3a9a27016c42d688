//===- EmitLaunch.h - one recurrence as a kernel ----------------*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_EMITLAUNCH_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_EMITLAUNCH_H

#include "LaunchPlan.h"

namespace kalmir::threads {

/// Emits launches of the recurrence before it: one of the plan's variants runs,
/// the first that holds all states of a channel, and that is not too large
/// for the channels there are.
void emitLaunches(const LaunchPlan &plan);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_EMITLAUNCH_H
