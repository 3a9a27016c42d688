//===- PlanWorkspace.cpp - one workspace for all allocations --------------===//
//
//   1. find the allocations and what their sizes are computed from;
//   2. compute all sizes at the start of the entry, each rounded up to 64
//      bytes, and the running sum as offsets;
//   3. replace each allocation by a view of the workspace argument;
//   4. the sum, in a clone of the size computation, is `@f.workspace`.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

#include <cmath>

namespace kalmir {
#define GEN_PASS_DEF_PLANWORKSPACEPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

constexpr int64_t alignment = 64;

/// Bytes from one element to the next in memory, or nothing if that is not
/// known here.
std::optional<int64_t> getElementBytes(Type type) {
  if (auto vector = dyn_cast<VectorType>(type)) {
    if (vector.isScalable() || !vector.getElementType().isIntOrIndexOrFloat())
      return std::nullopt;
    int64_t bits = vector.getElementType().isIndex()
                       ? 64
                       : vector.getElementTypeBitWidth();
    // Vectors are padded to a power of two; i1 is packed.
    return llvm::PowerOf2Ceil(
        llvm::divideCeil(bits * vector.getNumElements(), 8));
  }
  if (type.isIndex())
    return 8;
  if (type.isIntOrFloat())
    return llvm::PowerOf2Ceil(
        llvm::divideCeil(type.getIntOrFloatBitWidth(), 8));
  return std::nullopt;
}

/// Emits the arithmetic on sizes; also used to emit it a second time, into
/// another function, through `mapping`.
class SizeEmitter {
public:
  SizeEmitter(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  /// `value` of the entry at the insertion point: everything it is computed
  /// from is cloned first.
  FailureOr<Value> emit(Value value) {
    if (Value known = mapping.lookupOrNull(value))
      return known;
    if (isa<BlockArgument>(value))
      return failure();
    Operation *op = value.getDefiningOp();
    // The extent of another allocation is the operand that gave it.
    if (auto dim = dyn_cast<memref::DimOp>(op))
      if (auto alloc = dim.getSource().getDefiningOp<memref::AllocOp>())
        if (std::optional<int64_t> index = dim.getConstantIndex())
          return emitAllocExtent(alloc, *index, value);
    if (!isMemoryEffectFree(op) || op->getNumRegions() > 0)
      return failure();
    for (Value operand : op->getOperands())
      if (failed(emit(operand)))
        return failure();
    builder.clone(*op, mapping);
    return mapping.lookup(value);
  }

  /// An extent, or one that it never exceeds: the smaller of two numbers is at
  /// most the one that can be computed. A tile at the end of a loop is such.
  FailureOr<Value> emitExtent(Value value) {
    FailureOr<Value> extent = emit(value);
    if (succeeded(extent))
      return extent;
    auto smaller = value.getDefiningOp<arith::MinSIOp>();
    if (!smaller)
      return failure();
    for (Value operand : smaller->getOperands())
      if (FailureOr<Value> bound = emitExtent(operand); succeeded(bound))
        return bound;
    return failure();
  }

  /// Bytes of an allocation, or more, rounded up to the alignment.
  FailureOr<Value> emitBytes(memref::AllocOp alloc) {
    MemRefType type = alloc.getType();
    uint64_t bytes = *getElementBytes(type.getElementType());
    for (int64_t size : type.getShape())
      if (!ShapedType::isDynamic(size))
        bytes *= size;
    Value total = constant(static_cast<int64_t>(bytes));
    for (Value size : alloc.getDynamicSizes()) {
      FailureOr<Value> emitted = emitExtent(size);
      if (failed(emitted))
        return failure();
      total = arith::MulIOp::create(builder, loc, total, *emitted);
    }
    Value mask = constant(alignment - 1);
    Value padded = arith::AddIOp::create(builder, loc, total, mask);
    return Value(
        arith::AndIOp::create(builder, loc, padded, constant(-alignment)));
  }

  /// The same in float64, which does not overflow. After emitBytes, which has
  /// emitted the sizes.
  Value emitRoughBytes(memref::AllocOp alloc) {
    MemRefType type = alloc.getType();
    double bytes = *getElementBytes(type.getElementType());
    for (int64_t size : type.getShape())
      if (!ShapedType::isDynamic(size))
        bytes *= size;
    Value total = real(bytes);
    for (Value size : alloc.getDynamicSizes()) {
      Value integer = arith::IndexCastOp::create(
          builder, loc, builder.getI64Type(), *emitExtent(size));
      total = arith::MulFOp::create(
          builder, loc, total,
          arith::SIToFPOp::create(builder, loc, builder.getF64Type(), integer));
    }
    return total;
  }

  Value real(double value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getF64FloatAttr(value));
  }
  Value add(Value a, Value b) {
    return arith::AddIOp::create(builder, loc, a, b);
  }
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }

  IRMapping mapping;

private:
  FailureOr<Value> emitAllocExtent(memref::AllocOp alloc, int64_t index,
                                   Value value) {
    MemRefType type = alloc.getType();
    if (index < 0 || index >= type.getRank())
      return failure();
    if (!type.isDynamicDim(index)) {
      mapping.map(value, constant(type.getDimSize(index)));
      return mapping.lookup(value);
    }
    FailureOr<Value> extent =
        emit(alloc.getDynamicSizes()[type.getDynamicDimIndex(index)]);
    if (succeeded(extent))
      mapping.map(value, *extent);
    return extent;
  }

  OpBuilder &builder;
  Location loc;
};

struct PlanWorkspace
    : public kalmir::impl::PlanWorkspacePassBase<PlanWorkspace> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> entries;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (getEntry(function) && !getOperation().lookupSymbol(getHelperName(
                                    function.getName(), "workspace")))
        entries.push_back(function);
    for (func::FuncOp entry : entries)
      if (failed(plan(entry)))
        return signalPassFailure();
  }

  LogicalResult refuse(memref::AllocOp alloc, StringRef reason) {
    return alloc.emitError()
           << "expected a buffer that can be part of the workspace of '"
           << alloc->getParentOfType<func::FuncOp>().getName() << "', found "
           << reason;
  }

  LogicalResult check(memref::AllocOp alloc) {
    if (!alloc.getType().getLayout().isIdentity())
      return refuse(alloc, "one with a layout of its own");
    if (!getElementBytes(alloc.getType().getElementType()))
      return refuse(alloc, "elements of unknown size");
    for (Operation *parent = alloc->getParentOp(); !isa<func::FuncOp>(parent);
         parent = parent->getParentOp())
      if (!isa<scf::ForOp, scf::IfOp, scf::WhileOp>(parent))
        return refuse(alloc, "an allocation in each iteration of '" +
                                 parent->getName().getStringRef().str() + "'");
    return success();
  }

  LogicalResult plan(func::FuncOp entry) {
    SmallVector<memref::AllocOp> allocs;
    entry.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
    for (memref::AllocOp alloc : allocs)
      if (failed(check(alloc)))
        return failure();

    Block &body = entry.getBody().front();
    unsigned numArguments = body.getNumArguments();
    Location loc = entry.getLoc();
    auto byteBuffer = MemRefType::get({ShapedType::kDynamic},
                                      IntegerType::get(&getContext(), 8));

    // The helper: the same sizes, from arguments of its own.
    OpBuilder builder(&getContext());
    builder.setInsertionPointAfter(entry);
    auto helper = func::FuncOp::create(
        builder, loc, getHelperName(entry.getName(), "workspace"),
        FunctionType::get(&getContext(), entry.getArgumentTypes(),
                          builder.getIndexType()));
    helper->setAttr(KalmirDialect::helperAttrName,
                    FlatSymbolRefAttr::get(entry.getNameAttr()));
    builder.setInsertionPointToStart(helper.addEntryBlock());
    SizeEmitter total(builder, loc);
    for (unsigned i = 0; i < numArguments; ++i)
      total.mapping.map(body.getArgument(i), helper.getArgument(i));
    Value sum = total.constant(0), roughSum = total.real(0);
    for (memref::AllocOp alloc : allocs) {
      FailureOr<Value> bytes = total.emitBytes(alloc);
      if (failed(bytes))
        return refuse(alloc, "a size that depends on computed values");
      sum = total.add(sum, *bytes);
      roughSum = arith::AddFOp::create(builder, loc, roughSum,
                                       total.emitRoughBytes(alloc));
    }
    // Room to align a workspace that starts anywhere; -1 for an overflow,
    // which might otherwise look like a small number.
    if (!allocs.empty()) {
      sum = total.add(sum, total.constant(alignment - 1));
      Value fits =
          arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT,
                                roughSum, total.real(std::ldexp(1.0, 62)));
      sum =
          arith::SelectOp::create(builder, loc, fits, sum, total.constant(-1));
    }
    func::ReturnOp::create(builder, loc, sum);

    Value workspace = body.addArgument(byteBuffer, loc);
    SmallVector<Type> types(entry.getArgumentTypes());
    types.push_back(byteBuffer);
    SmallVector<DictionaryAttr> attrs;
    entry.getAllArgAttrs(attrs);
    attrs.push_back(builder.getDictionaryAttr({}));
    entry.setType(FunctionType::get(&getContext(), types, {}));
    entry.setAllArgAttrs(attrs);

    builder.setInsertionPointToStart(&body);
    SizeEmitter sizes(builder, loc);
    for (BlockArgument argument : body.getArguments())
      sizes.mapping.map(argument, argument);
    Value offset = sizes.constant(0);
    SmallVector<std::pair<memref::AllocOp, Value>> offsets;
    for (memref::AllocOp alloc : allocs) {
      FailureOr<Value> bytes = sizes.emitBytes(alloc);
      assert(succeeded(bytes) && "emitted for the helper");
      offsets.push_back({alloc, offset});
      offset = sizes.add(offset, *bytes);
      ++numBuffers;
    }
    for (auto [alloc, offset] : offsets) {
      // At its place: the extents may be smaller than what is reserved.
      builder.setInsertionPoint(alloc);
      Value view =
          memref::ViewOp::create(builder, loc, alloc.getType(), workspace,
                                 offset, alloc.getDynamicSizes());
      for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
        if (isa<memref::DeallocOp>(user))
          user->erase();
      alloc.replaceAllUsesWith(view);
      alloc.erase();
    }
    return success();
  }
};

} // namespace
