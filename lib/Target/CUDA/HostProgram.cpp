//===- HostProgram.cpp - what an entry launches, as data ------------------===//

#include "kalmir/Target/CUDA/HostProgram.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace kalmir;
namespace json = llvm::json;

namespace {
class ProgramWriter {
public:
  ProgramWriter(func::FuncOp function, bool hasWorkspace)
      : function(function), hasWorkspace(hasWorkspace) {}

  /// Adds the steps of a block; what its terminator yields goes to `yielded`.
  LogicalResult writeBlock(Block &block, json::Array &steps,
                           json::Array &yielded) {
    for (Operation &op : block.without_terminator())
      if (failed(write(&op, steps)))
        return failure();
    for (Value value : block.getTerminator()->getOperands())
      yielded.push_back(get(value));
    return success();
  }

private:
  LogicalResult write(Operation *op, json::Array &steps);
  LogicalResult writeIf(scf::IfOp op, json::Array &steps);
  LogicalResult writeFor(scf::ForOp op, json::Array &steps);
  LogicalResult writeLaunch(gpu::LaunchFuncOp op, json::Array &steps);

  LogicalResult refuse(Operation *op) {
    return emitError(op->getLoc())
           << "expected host code that computes with extents and launches "
              "kernels, for a program that others can run, found '"
           << op->getName() << "'";
  }

  /// The function's argument, or nothing.
  std::optional<int64_t> getArgument(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != &function.getBody().front())
      return std::nullopt;
    return argument.getArgNumber();
  }

  json::Value get(Value value) { return values.at(value); }

  std::string createName() { return "v" + std::to_string(numNames++); }

  void set(Value value, StringRef op, json::Array operands,
           json::Array &steps) {
    std::string name = createName();
    values.insert({value, name});
    assign(name, op, std::move(operands), steps);
  }
  static void assign(StringRef name, StringRef op, json::Array operands,
                     json::Array &steps) {
    steps.push_back(json::Object{
        {"set", name.str()}, {"op", op.str()}, {"of", std::move(operands)}});
  }

  func::FuncOp function;
  bool hasWorkspace;
  llvm::DenseMap<Value, json::Value> values;
  int64_t numNames = 0;
};
} // namespace

/// Conversions between types in which a number of host code is the same.
static bool keepsNumber(Operation *op) {
  if (isa<arith::ExtUIOp, arith::ExtSIOp>(op))
    return !op->getOperand(0).getType().isInteger(1) || isa<arith::ExtUIOp>(op);
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op))
    return llvm::all_of(
        std::initializer_list<Type>{op->getOperand(0).getType(),
                                    op->getResult(0).getType()},
        [](Type type) { return type.isIndex() || type.isInteger(64); });
  return isa<LLVM::IntToPtrOp>(op);
}

LogicalResult ProgramWriter::write(Operation *op, json::Array &steps) {
  if (auto launch = dyn_cast<gpu::LaunchFuncOp>(op))
    return writeLaunch(launch, steps);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return writeIf(branch, steps);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return writeFor(loop, steps);
  if (op->getNumResults() != 1 || op->getNumRegions() != 0)
    return refuse(op);
  Value result = op->getResult(0);
  Attribute constant;
  if (matchPattern(op, m_Constant(&constant))) {
    if (auto integer = dyn_cast<IntegerAttr>(constant)) {
      if (integer.getType().isInteger(1))
        values.insert({result, integer.getValue().getBoolValue()});
      else
        values.insert({result, integer.getValue().getSExtValue()});
      return success();
    }
    if (auto number = dyn_cast<FloatAttr>(constant)) {
      values.insert({result, number.getValueAsDouble()});
      return success();
    }
    return refuse(op);
  }
  if (keepsNumber(op)) {
    values.insert({result, get(op->getOperand(0))});
    return success();
  }
  if (auto dim = dyn_cast<memref::DimOp>(op)) {
    std::optional<int64_t> argument = getArgument(dim.getSource());
    std::optional<int64_t> index = dim.getConstantIndex();
    if (!argument || !index)
      return refuse(op);
    set(result, "extent", json::Array{*argument, *index}, steps);
    return success();
  }
  if (auto address = dyn_cast<memref::ExtractAlignedPointerAsIndexOp>(op)) {
    std::optional<int64_t> argument = getArgument(address.getSource());
    if (!argument)
      return refuse(op);
    if (hasWorkspace && *argument + 1 == function.getNumArguments())
      set(result, "workspace", {}, steps);
    else
      set(result, "pointer", json::Array{*argument}, steps);
    return success();
  }
  if (!isa<arith::ArithDialect>(op->getDialect()) ||
      !result.getType().isIntOrIndexOrFloat())
    return refuse(op);
  std::string name = op->getName().stripDialect().str();
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    name += "." + arith::stringifyCmpIPredicate(compare.getPredicate()).str();
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    name += "." + arith::stringifyCmpFPredicate(compare.getPredicate()).str();
  json::Array operands;
  for (Value operand : op->getOperands())
    operands.push_back(get(operand));
  set(result, name, std::move(operands), steps);
  return success();
}

LogicalResult ProgramWriter::writeIf(scf::IfOp op, json::Array &steps) {
  std::vector<std::string> names;
  for (Value result : op.getResults()) {
    names.push_back(createName());
    values.insert({result, names.back()});
  }
  json::Object step{{"if", get(op.getCondition())}};
  for (auto [key, region] : {std::pair("then", &op.getThenRegion()),
                             std::pair("else", &op.getElseRegion())}) {
    json::Array inner, yielded;
    if (!region->empty() && failed(writeBlock(region->front(), inner, yielded)))
      return failure();
    for (auto [name, value] : llvm::zip_equal(names, yielded))
      assign(name, "copy", json::Array{value}, inner);
    step[key] = std::move(inner);
  }
  steps.push_back(std::move(step));
  return success();
}

LogicalResult ProgramWriter::writeFor(scf::ForOp op, json::Array &steps) {
  std::vector<std::string> names;
  for (auto [argument, init, result] : llvm::zip_equal(
           op.getRegionIterArgs(), op.getInitArgs(), op.getResults())) {
    names.push_back(createName());
    values.insert({argument, names.back()});
    values.insert({result, names.back()});
    assign(names.back(), "copy", json::Array{get(init)}, steps);
  }
  std::string variable = createName();
  values.insert({op.getInductionVar(), variable});
  json::Array inner, yielded;
  if (failed(writeBlock(*op.getBody(), inner, yielded)))
    return failure();
  // All at once: one may be the old value of another.
  std::vector<std::string> next;
  for (json::Value &value : yielded) {
    next.push_back(createName());
    assign(next.back(), "copy", json::Array{value}, inner);
  }
  for (auto [name, value] : llvm::zip_equal(names, next))
    assign(name, "copy", json::Array{value}, inner);
  steps.push_back(json::Object{{"for", variable},
                               {"from", get(op.getLowerBound())},
                               {"to", get(op.getUpperBound())},
                               {"step", get(op.getStep())},
                               {"do", std::move(inner)}});
  return success();
}

LogicalResult ProgramWriter::writeLaunch(gpu::LaunchFuncOp op,
                                         json::Array &steps) {
  json::Array grid, arguments;
  gpu::KernelDim3 sizes = op.getGridSizeOperandValues();
  for (Value size : {sizes.x, sizes.y, sizes.z})
    grid.push_back(get(size));
  for (Value operand : op.getKernelOperands())
    arguments.push_back(get(operand));
  Value shared = op.getDynamicSharedMemorySize();
  steps.push_back(
      json::Object{{"launch", op.getKernelModuleName().getValue()},
                   {"grid", std::move(grid)},
                   {"shared", shared ? get(shared) : json::Value(0)},
                   {"arguments", std::move(arguments)}});
  return success();
}

FailureOr<cuda::HostProgram> cuda::toHostProgram(func::FuncOp function,
                                                 bool hasWorkspace) {
  HostProgram program;
  ProgramWriter writer(function, hasWorkspace);
  if (failed(writer.writeBlock(function.getBody().front(), program.steps,
                               program.results)))
    return failure();
  return std::move(program);
}
