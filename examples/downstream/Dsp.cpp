//===- Dsp.cpp - a dialect of somebody else -------------------------------===//

#include "Dsp.h"

#include "DspDialect.cpp.inc"

#define GET_OP_CLASSES
#include "DspOps.cpp.inc"

void dsp::DspDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "DspOps.cpp.inc"
      >();
}
