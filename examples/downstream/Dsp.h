//===- Dsp.h - a dialect of somebody else -----------------------*- C++ -*-===//

#ifndef DSP_H
#define DSP_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/Pass.h"

#include "DspDialect.h.inc"

#define GET_OP_CLASSES
#include "DspOps.h.inc"

namespace dsp {

/// `dsp-to-recur`: writes every `dsp.smooth` as a `recur.generic`.
std::unique_ptr<mlir::Pass> createDspToRecurPass();

/// `dsp-explain-serial`: a remark for every recurrence that is no scan.
std::unique_ptr<mlir::Pass> createExplainSerialPass();

} // namespace dsp

#endif // DSP_H
