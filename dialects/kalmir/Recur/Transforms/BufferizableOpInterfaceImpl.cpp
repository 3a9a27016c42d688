//===- BufferizableOpInterfaceImpl.cpp - recurrences on buffers -----------===//

#include "kalmir/Recur/Transforms/BufferizableOpInterfaceImpl.h"

#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace kalmir::recur;

namespace {

// Access is not elementwise (the default): an input may be read at steps after
// an output was written, so that outputs never share memory with inputs.
template <typename OpTy>
struct RecurrenceBufferization : public DstBufferizableOpInterfaceExternalModel<
                                     RecurrenceBufferization<OpTy>, OpTy> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &state) const {
    auto recurrence = cast<RecurrenceOp>(op);
    OperandRange outputs = recurrence.getOutputs();
    return outputs.empty() ||
           operand.getOperandNumber() < outputs.getBeginOperandIndex();
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    auto recurrence = cast<RecurrenceOp>(op);
    if (recurrence.hasBufferSemantics())
      return success();
    RecurrenceHeader header = RecurrenceHeader::of(recurrence);
    auto toBuffer = [&](Value &operand) -> LogicalResult {
      if (!operand || !isa<TensorType>(operand.getType()))
        return success();
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      operand = *buffer;
      return success();
    };
    for (SmallVector<Value> *operands :
         {&header.inputs, &header.states, &header.outputs})
      for (Value &operand : *operands)
        if (failed(toBuffer(operand)))
          return failure();
    if (failed(toBuffer(header.segments)))
      return failure();
    rewriter.setInsertionPoint(op);
    createLike(rewriter, recurrence, header);
    SmallVector<Value> results(header.states);
    llvm::append_range(results, header.outputs);
    replaceOpWithBufferizedValues(rewriter, op, results);
    return success();
  }
};

} // namespace

void kalmir::recur::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, RecurDialect *dialect) {
    context->loadDialect<BufferizationDialect>();
    GenericOp::attachInterface<RecurrenceBufferization<GenericOp>>(*context);
    ScanOp::attachInterface<RecurrenceBufferization<ScanOp>>(*context);
  });
}
