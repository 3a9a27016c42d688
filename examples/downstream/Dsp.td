//===- Dsp.td - a dialect of somebody else -----------------------------===//

#ifndef DSP_TD
#define DSP_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "kalmir/Recur/IR/RecurAttributes.td"

def Dsp_Dialect : Dialect {
  let name = "dsp";
  let cppNamespace = "::dsp";
  let summary = "Filters of signals, one signal a column";
  let dependentDialects = ["::kalmir::recur::RecurDialect"];
}

def Dsp_SmoothOp : Op<Dsp_Dialect, "smooth",
                         [Pure, SameOperandsAndResultType]> {
  let summary = "an exponential moving average";
  let description = [{
    `y[t] = y[t-1] + gain (x[t] - y[t-1])` in every column, from `y[-1] = 0`.
    The schedule, an attribute of Kalmir, is handed on.
  }];
  let arguments = (ins 2DTensorOf<[F32, F64]>:$signal, F64Attr:$gain,
                   OptionalAttr<Recur_ScheduleAttr>:$schedule);
  let results = (outs 2DTensorOf<[F32, F64]>:$result);
  let assemblyFormat = "$signal `,` $gain attr-dict `:` type($signal)";
}

#endif // DSP_TD
