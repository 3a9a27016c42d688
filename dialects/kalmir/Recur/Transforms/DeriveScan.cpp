//===- DeriveScan.cpp - prove recurrences associative ---------------------===//
//
// Stages, for each recur.generic on tensors:
//   1. analyse the body (ProjectiveAnalysis); leave it alone where it does not
//      close;
//   2. find each component's element and plan its step;
//   3. embed: turn the initial states of projective components into
//      homogeneous coordinates, elementwise over the lanes;
//   4. write the recur.scan with its regions;
//   5. project: divide the final coordinates to get the final states.
//
//===----------------------------------------------------------------------===//

#include "ScaleMembers.h"
#include "ScanEmitter.h"

#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURDERIVESCANPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::analysis;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-derive-scan";

//===----------------------------------------------------------------------===//
// Embedding and projection
//===----------------------------------------------------------------------===//

/// The map of a state over the lane iterators alone (and the sequence number in
/// front, where sequences are packed).
static AffineMap getLaneMap(GenericOp op, unsigned state) {
  unsigned time = cast<RecurrenceOp>(op.getOperation()).getTimeDim();
  unsigned shift = op.getSegments() ? 1 : 0;
  SmallVector<AffineExpr> results;
  if (shift)
    results.push_back(getAffineDimExpr(0, op.getContext()));
  AffineMap map = cast<RecurrenceOp>(op.getOperation()).getStateMap(state);
  for (AffineExpr expr : map.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    results.push_back(
        getAffineDimExpr(dim - (dim > time) + shift, op.getContext()));
  }
  return AffineMap::get(map.getNumDims() - 1 + shift, 0, results,
                        op.getContext());
}

/// An elementwise operation over the lanes from `inputs` (of the given states'
/// layouts) to one tensor for each of `outputStates`.
static ValueRange createElementwise(
    OpBuilder &b, Location loc, GenericOp op, ValueRange inputs,
    ArrayRef<unsigned> inputStates, ArrayRef<unsigned> outputStates,
    function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)> body) {
  SmallVector<AffineMap> maps;
  for (unsigned state : inputStates)
    maps.push_back(getLaneMap(op, state));
  SmallVector<Value> destinations;
  SmallVector<Type> types;
  for (unsigned state : outputStates) {
    maps.push_back(getLaneMap(op, state));
    Value like = op.getStates()[state];
    destinations.push_back(
        tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, like),
                                getElementTypeOrSelf(like.getType())));
    types.push_back(destinations.back().getType());
  }
  SmallVector<utils::IteratorType> iterators(maps.front().getNumDims(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, types, inputs, destinations, maps, iterators,
             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
               linalg::YieldOp::create(
                   nested, nestedLoc,
                   body(nested, nestedLoc,
                        arguments.take_front(inputs.size())));
             })
      .getResults();
}

/// Coordinates (x, 1) of finite states x; where one is infinite, the point at
/// infinity: signs of the infinite ones, 0 for the others and for w.
static SmallVector<Value> embed(OpBuilder &b, Location loc, ValueRange states) {
  auto type = cast<FloatType>(states.front().getType());
  auto constant = [&](double value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
  };
  Value zero = constant(0), one = constant(1);
  Value anyInfinite;
  SmallVector<Value> infinite;
  for (Value state : states) {
    infinite.push_back(math::IsInfOp::create(b, loc, state));
    anyInfinite =
        anyInfinite
            ? Value(arith::OrIOp::create(b, loc, anyInfinite, infinite.back()))
            : infinite.back();
  }
  SmallVector<Value> coordinates;
  for (auto [state, isInfinite] : llvm::zip_equal(states, infinite)) {
    Value sign = math::CopySignOp::create(b, loc, one, state);
    Value direction = arith::SelectOp::create(b, loc, isInfinite, sign, zero);
    coordinates.push_back(
        arith::SelectOp::create(b, loc, anyInfinite, direction, state));
  }
  coordinates.push_back(
      arith::SelectOp::create(b, loc, anyInfinite, zero, one));
  return coordinates;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
/// Rewrites one recurrence whose analysis succeeded.
class Deriver {
public:
  Deriver(GenericOp op, ProjectiveAnalysis &analysis)
      : op(op), header(cast<RecurrenceOp>(op.getOperation())),
        analysis(analysis), dictionary(analysis) {
    for (const ProjectiveComponent &component : analysis.getComponents()) {
      auto type = cast<FloatType>(getElementTypeOrSelf(
          op.getStates()[component.states.front()].getType()));
      components.push_back(
          {&component, ElementBasis(component),
           LinearStepPlan(analysis, component, dictionary), type,
           static_cast<unsigned>(component.states.size() +
                                 (component.projective ? 1 : 0))});
    }
  }

  ScanOp rewrite(IRRewriter &rewriter) {
    rewriter.setInsertionPoint(op);
    embedStates(rewriter);
    ScanOp scan = createScan(rewriter);
    rewriter.setInsertionPointAfter(scan);
    rewriter.replaceOp(op, projectResults(rewriter, scan));
    return scan;
  }

  unsigned getNumElementEntries() const {
    unsigned number = 0;
    for (const ComponentPlan &plan : components)
      number += plan.basis.getPivots().size();
    return number;
  }

private:
  /// The state that lends coordinate `i` of a component its layout: itself, and
  /// the first state for w.
  static unsigned getLayoutState(const ComponentPlan &plan, unsigned i) {
    const auto &states = plan.component->states;
    return i < states.size() ? states[i] : states.front();
  }

  void embedStates(OpBuilder &b) {
    Location loc = op.getLoc();
    for (const ComponentPlan &plan : components) {
      SmallVector<Value> states;
      for (unsigned state : plan.component->states)
        states.push_back(op.getStates()[state]);
      for (unsigned i = 0; i < plan.numCoordinates; ++i)
        layout.push_back(getLayoutState(plan, i));
      if (!plan.component->projective) {
        llvm::append_range(coordinates, states);
        continue;
      }
      ArrayRef<unsigned> layouts =
          ArrayRef(layout).take_back(plan.numCoordinates);
      llvm::append_range(coordinates, createElementwise(b, loc, op, states,
                                                        plan.component->states,
                                                        layouts, embed));
    }
  }

  ScanOp createScan(OpBuilder &b) {
    Location loc = op.getLoc();
    // Maps: inputs, coordinates, outputs.
    SmallVector<Attribute> maps(
        op.getIndexingMaps().getValue().take_front(op.getInputs().size()));
    for (unsigned state : layout)
      maps.push_back(AffineMapAttr::get(header.getStateMap(state)));
    llvm::append_range(maps, op.getIndexingMaps().getValue().take_back(
                                 op.getOutputs().size()));
    SmallVector<Attribute> identity, stateGroups, elementGroups;
    int64_t numStates = 0, numEntries = 0;
    auto addGroup = [&](SmallVector<Attribute> &groups, int64_t begin,
                        int64_t size) {
      groups.push_back(b.getI64ArrayAttr(
          llvm::to_vector(llvm::seq<int64_t>(begin, begin + size))));
    };
    SmallVector<Type> elementTypes;
    for (const ComponentPlan &plan : components) {
      auto pivots = plan.basis.getPivots();
      if (plan.component->projective) {
        addGroup(stateGroups, numStates, plan.numCoordinates);
        addGroup(elementGroups, numEntries, pivots.size());
      }
      numStates += plan.numCoordinates;
      numEntries += pivots.size();
      for (auto [row, column] : pivots) {
        identity.push_back(b.getFloatAttr(plan.type, row == column ? 1 : 0));
        elementTypes.push_back(plan.type);
      }
    }

    SmallVector<Type> resultTypes;
    for (Value coordinate : coordinates)
      resultTypes.push_back(coordinate.getType());
    llvm::append_range(resultTypes, op.getOutputs().getTypes());
    auto scan = ScanOp::create(
        b, loc, resultTypes, op.getInputs(), op.getSegments(), coordinates,
        op.getOutputs(), b.getArrayAttr(maps), op.getIteratorTypesAttr(),
        op.getReverseAttr(), op.getStrictAttr(), op.getScheduleAttr(),
        b.getArrayAttr(identity), b.getArrayAttr(stateGroups),
        b.getArrayAttr(elementGroups), /*scale_by=*/{},
        /*scale_by_element=*/{}, op.getFinish().size());
    scan->setDiscardableAttrs(op->getDiscardableAttrDictionary());

    SmallVector<Type> inputTypes, stateTypes;
    for (Type type : op.getInputs().getTypes())
      inputTypes.push_back(getElementTypeOrSelf(type));
    for (Value coordinate : coordinates)
      stateTypes.push_back(getElementTypeOrSelf(coordinate.getType()));
    SmallVector<uint64_t> inputIterators;
    for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i) {
      uint64_t mask = 0;
      for (AffineExpr expr : header.getInputMap(i).getResults())
        mask |= uint64_t(1) << (cast<AffineDimExpr>(expr).getPosition() % 64);
      inputIterators.push_back(mask);
    }
    ScanEmitter emitter(analysis, dictionary, components, inputIterators);
    auto emit = [&](Region &region, ArrayRef<Type> first, ArrayRef<Type> second,
                    auto method) {
      OpBuilder::InsertionGuard guard(b);
      SmallVector<Type> types(first);
      llvm::append_range(types, second);
      Block *block = b.createBlock(&region, region.end(), types,
                                   SmallVector<Location>(types.size(), loc));
      (emitter.*method)(b, loc, *block);
    };
    emit(scan.getStep(), inputTypes, stateTypes, &ScanEmitter::emitStep);
    emit(scan.getExtend(), inputTypes, elementTypes, &ScanEmitter::emitExtend);
    emit(scan.getCombine(), elementTypes, elementTypes,
         &ScanEmitter::emitCombine);
    emit(scan.getApply(), elementTypes, stateTypes, &ScanEmitter::emitApply);
    for (auto [from, to] : llvm::zip_equal(op.getFinish(), scan.getFinish())) {
      IRMapping mapping;
      from.cloneInto(&to, mapping);
    }
    setScaleMembers(scan);
    return scan;
  }

  /// Of the element, the entries in the rows of those members set the scale.
  void setScaleMembers(ScanOp scan) {
    SmallVector<unsigned> denominators;
    unsigned numStates = 0;
    for (const ComponentPlan &plan : components) {
      numStates += plan.numCoordinates;
      if (plan.component->projective)
        denominators.push_back(numStates - 1);
    }
    llvm::SmallBitVector members =
        findScaleMembers(scan.getStep().front(), scan.getInputs().size(),
                         numStates, denominators);
    SmallVector<int64_t> scaleBy, scaleByElement;
    int64_t state = 0, entry = 0;
    for (const ComponentPlan &plan : components) {
      auto pivots = plan.basis.getPivots();
      if (plan.component->projective) {
        for (unsigned i = 0; i < plan.numCoordinates; ++i)
          if (members.test(state + i))
            scaleBy.push_back(state + i);
        auto setsScale = [&](std::pair<unsigned, unsigned> pivot) {
          return members.test(state + pivot.first);
        };
        bool anyPivot = llvm::any_of(pivots, setsScale);
        for (auto [i, pivot] : llvm::enumerate(pivots))
          if (setsScale(pivot) || !anyPivot)
            scaleByElement.push_back(entry + i);
      }
      state += plan.numCoordinates;
      entry += pivots.size();
    }
    if (!scaleBy.empty()) {
      scan.setScaleBy(scaleBy);
      scan.setScaleByElement(scaleByElement);
    }
  }

  SmallVector<Value> projectResults(OpBuilder &b, ScanOp scan) {
    Location loc = op.getLoc();
    SmallVector<Value> results(op.getStates().size());
    ValueRange coordinates =
        scan.getResults().take_front(scan.getStates().size());
    for (const ComponentPlan &plan : components) {
      const auto &states = plan.component->states;
      ValueRange own = coordinates.take_front(plan.numCoordinates);
      coordinates = coordinates.drop_front(plan.numCoordinates);
      for (auto [i, state] : llvm::enumerate(states)) {
        if (!plan.component->projective) {
          results[state] = own[i];
          continue;
        }
        results[state] =
            createElementwise(
                b, loc, op, {own[i], own.back()}, {state, states.front()},
                {state},
                [](OpBuilder &nested, Location nestedLoc,
                   ValueRange x) -> SmallVector<Value> {
                  return {arith::DivFOp::create(nested, nestedLoc, x[0], x[1])};
                })
                .front();
      }
    }
    llvm::append_range(results,
                       scan.getResults().drop_front(scan.getStates().size()));
    return results;
  }

  GenericOp op;
  RecurrenceOp header;
  ProjectiveAnalysis &analysis;
  CoefficientDictionary dictionary;
  std::vector<ComponentPlan> components;
  SmallVector<Value> coordinates;
  SmallVector<unsigned> layout;
};

struct RecurDeriveScanPass
    : public kalmir::recur::impl::RecurDeriveScanPassBase<RecurDeriveScanPass> {
  using RecurDeriveScanPassBase::RecurDeriveScanPassBase;

  void runOnOperation() override {
    SmallVector<GenericOp> recurrences;
    getOperation()->walk([&](GenericOp op) { recurrences.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (GenericOp op : recurrences)
      derive(rewriter, op);
  }

  void refuse(Location loc, const Twine &reason) {
    ++numRefused;
    kalmir::emitMissedRemark(loc, kFlag) << reason.str();
  }

  void derive(IRRewriter &rewriter, GenericOp op) {
    if (op.getStrict())
      return refuse(op.getLoc(), "this recurrence is strict and stays as "
                                 "written");
    if (cast<RecurrenceOp>(op.getOperation()).hasBufferSemantics())
      return refuse(op.getLoc(), "this recurrence is on buffers; derive scans "
                                 "before bufferization");
    if (op.getStates().empty())
      return refuse(op.getLoc(), "this recurrence has no state");
    ProjectiveAnalysis analysis(op.getBody().front(), op.getStates().size());
    if (const std::optional<Refusal> &refusal = analysis.getRefusal())
      return refuse(refusal->value.getLoc(),
                    "no scan: this value " + refusal->reason);
    // States that depend on each other have one type: between types stands a
    // cast, which the analysis has refused.
    for (Value state : op.getStates())
      if (getElementTypeOrSelf(state.getType()).getIntOrFloatBitWidth() > 64)
        return refuse(op.getLoc(), "no scan: states of more than 64 bits are "
                                   "not derived");
    Deriver deriver(op, analysis);
    unsigned numEntries = deriver.getNumElementEntries();
    size_t numComponents = analysis.getComponents().size();
    ScanOp scan = deriver.rewrite(rewriter);
    ++numDerived;
    kalmir::emitPassedRemark(scan.getLoc(), kFlag)
        << ("scan of " + Twine(numComponents) + " components, element of " +
            Twine(numEntries) + " scalars")
               .str();
  }
};
} // namespace
