//===- GenerateEntryBounds.cpp - checks of extents before a call ----------===//
//
//   (1) clone the entry; put the conditions of each of its ops in front of it
//   (2) resolve extents; those that the signature makes equal become one
//   (3) drop conditions that always hold, and those that need values
//   (4) the number of the first one that does not hold, and its values, are
//       what the helper returns
//
//===----------------------------------------------------------------------===//

#include "BoundsChecks.h"
#include "HelperFunctions.h"

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace kalmir {
#define GEN_PASS_DEF_GENERATEENTRYBOUNDSPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

/// Which values follow from extents of arguments alone.
class ExtentValues {
public:
  bool contains(Value value) {
    auto [it, isNew] = known.try_emplace(value, true);
    if (!isNew)
      return it->second;
    bool result = compute(value);
    known[value] = result;
    return result;
  }

private:
  bool compute(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      // What a loop carries is looked at with the loop.
      return !isa<func::FuncOp>(argument.getOwner()->getParentOp());
    bool all = true;
    value.getDefiningOp()->walk([&](Operation *op) {
      all &= isExtentArithmetic(op);
      if (!isa<tensor::DimOp>(op))
        for (Value operand : op->getOperands())
          all &= contains(operand);
    });
    return all;
  }

  DenseMap<Value, bool> known;
};

struct GenerateEntryBounds
    : public kalmir::impl::GenerateEntryBoundsPassBase<GenerateEntryBounds> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> entries(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp entry : entries)
      if (EntryAttr contract = getEntry(entry);
          contract && !entry.isDeclaration() &&
          !getOperation().lookupSymbol(
              getHelperName(entry.getName(), "bounds")) &&
          failed(generate(entry, contract)))
        return signalPassFailure();
  }

  LogicalResult generate(func::FuncOp entry, EntryAttr contract) {
    func::FuncOp helper = cloneAsHelper(entry, "bounds");
    Block &body = helper.getBody().front();
    SmallVector<BoundsCheck> checks;
    for (Operation &op : llvm::make_early_inc_range(body))
      appendBoundsChecks(&op, checks);
    setResults(helper, checks);
    if (failed(simplify(helper)))
      return failure();
    uniteExtents(helper, contract);
    if (failed(fold(helper)))
      return failure();
    readResults(helper, checks);
    selectChecks(checks);
    combine(helper, checks);
    if (failed(simplify(helper)))
      return failure();
    // What remains beside index arithmetic has effects; that there are no
    // extents without it is said where those of the results are computed.
    bool isFinished =
        llvm::all_of(body.without_terminator(), [](Operation &op) {
          return !op.walk([](Operation *nested) {
                      return isExtentArithmetic(nested)
                                 ? WalkResult::advance()
                                 : WalkResult::interrupt();
                    }).wasInterrupted();
        });
    if (checks.empty() || !isFinished) {
      helper.erase();
      return success();
    }
    numChecks += checks.size();
    return success();
  }

  LogicalResult simplify(func::FuncOp helper) {
    return simplifyHelper(helper, [&](OpPassManager &pm, Operation *op) {
      return runPipeline(pm, op);
    });
  }

  /// Extents are not negative and equal ones are one value.
  LogicalResult fold(func::FuncOp helper) {
    OpPassManager pipeline(func::FuncOp::getOperationName());
    pipeline.addPass(createCanonicalizerPass());
    pipeline.addPass(createCSEPass());
    pipeline.addPass(arith::createIntRangeOptimizationsPass());
    pipeline.addPass(createCanonicalizerPass());
    pipeline.addPass(createCSEPass());
    return runPipeline(pipeline, helper);
  }

  /// Keeps conditions and values alive.
  static void setResults(func::FuncOp helper, ArrayRef<BoundsCheck> checks) {
    SmallVector<Value> results;
    for (const BoundsCheck &check : checks) {
      results.push_back(check.holds);
      llvm::append_range(results, check.values);
    }
    setHelperResults(helper, results);
  }

  static void readResults(func::FuncOp helper,
                          MutableArrayRef<BoundsCheck> checks) {
    auto result = helper.getBody().front().getTerminator()->operand_begin();
    for (BoundsCheck &check : checks) {
      check.holds = *result++;
      for (Value &value : check.values)
        value = *result++;
    }
  }

  /// Replaces extents by the first that the runtime compares them with, or by
  /// their static value.
  static void uniteExtents(func::FuncOp helper, EntryAttr contract) {
    OpBuilder builder = OpBuilder::atBlockBegin(&helper.getBody().front());
    DenseMap<int64_t, Value> symbols;
    DenseMap<std::pair<unsigned, int64_t>, Value> extents;
    for (auto [i, input] :
         llvm::enumerate(contract.getInputs().getAsRange<ArgumentAttr>()))
      for (auto [dim, size] : llvm::enumerate(input.getDims().asArrayRef())) {
        Value extent;
        if (size >= 0) {
          extent =
              arith::ConstantIndexOp::create(builder, helper.getLoc(), size);
        } else {
          Value &first = symbols[size];
          if (!first)
            first = tensor::DimOp::create(builder, helper.getLoc(),
                                          helper.getArgument(i), dim);
          extent = first;
        }
        extents[{i, dim}] = extent;
      }
    helper.walk([&](tensor::DimOp dim) {
      auto source = dyn_cast<BlockArgument>(dim.getSource());
      std::optional<int64_t> position = dim.getConstantIndex();
      if (!source || !position ||
          !isa<func::FuncOp>(source.getOwner()->getParentOp()))
        return;
      Value extent = extents.lookup({source.getArgNumber(), *position});
      if (extent && extent != dim.getResult())
        dim.replaceAllUsesWith(extent);
    });
  }

  /// Leaves conditions that may fail and that extents decide.
  static void selectChecks(SmallVectorImpl<BoundsCheck> &checks) {
    ExtentValues known;
    llvm::erase_if(checks, [&](const BoundsCheck &check) {
      return getConstantIntValue(check.holds).value_or(0) != 0 ||
             !known.contains(check.holds) ||
             !llvm::all_of(check.values,
                           [&](Value value) { return known.contains(value); });
    });
    // Equal conditions of several ops are one, of the first.
    llvm::SmallDenseSet<Value> seen;
    llvm::erase_if(checks, [&](const BoundsCheck &check) {
      return !seen.insert(check.holds).second;
    });
  }

  /// Returns -1, or the number of the first failing check; then its values.
  static void combine(func::FuncOp helper, ArrayRef<BoundsCheck> checks) {
    OpBuilder builder(helper.getBody().front().getTerminator());
    Location loc = helper.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, value);
    };
    size_t numValues = 0;
    SmallVector<Attribute> texts;
    for (const BoundsCheck &check : checks) {
      numValues = std::max(numValues, check.values.size());
      texts.push_back(builder.getStringAttr(check.text));
    }
    SmallVector<Value> results{constant(-1)};
    results.append(numValues, constant(0));
    for (size_t i = checks.size(); i-- > 0;) {
      SmallVector<Value> failed{constant(i)};
      llvm::append_range(failed, checks[i].values);
      for (auto [result, value] : llvm::zip(results, failed))
        result = arith::SelectOp::create(builder, loc, checks[i].holds, result,
                                         value);
    }
    setHelperResults(helper, results);
    helper->setAttr(KalmirDialect::checksAttrName, builder.getArrayAttr(texts));
  }
};

} // namespace
