//===- ProjectiveAnalysis.cpp - is a step a matrix? -----------------------===//
//
// Stages:
//   1. mark the values that depend on a state, and the state-free conditions
//      that state-dependent values are selected on;
//   2. evaluate the body in order, each value as a fraction of polynomials, in
//      every case of the conditions;
//   3. split the states into the connected parts of their dependence graph;
//   4. for each part find the common denominator of the next states and read
//      off the matrix where everything is of degree at most 1.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/ProjectiveAnalysis.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace kalmir::analysis;

/// State-free values with more terms than this are treated as opaque scalars:
/// what cancels in practice is small.
static constexpr size_t kMaxStateFreeTerms = 64;

ProjectiveAnalysis::ProjectiveAnalysis(Block &body, unsigned numStates)
    : body(body), numStates(numStates) {
  for (BlockArgument state : body.getArguments().take_back(numStates)) {
    symbolOf[state] = symbols.size();
    symbols.push_back(state);
  }
  findStateDependence();
  findConditions();
  if (refusal)
    return;
  for (BlockArgument argument : body.getArguments())
    functions[argument] = isa<FloatType>(argument.getType())
                              ? std::optional(opaque(argument))
                              : std::nullopt;
  for (Operation &op : body.without_terminator())
    for (Value result : op.getResults())
      functions[result] = evaluate(result);
  split();
  if (!refusal)
    close();
}

//===----------------------------------------------------------------------===//
// Stage 1: dependence and conditions
//===----------------------------------------------------------------------===//

void ProjectiveAnalysis::findStateDependence() {
  for (BlockArgument state : body.getArguments().take_back(numStates))
    stateDependent.insert(state);
  for (Operation &op : body) {
    bool depends = false;
    op.walk([&](Operation *nested) {
      depends |= llvm::any_of(nested->getOperands(), [&](Value operand) {
        return stateDependent.contains(operand);
      });
    });
    if (depends)
      stateDependent.insert(op.result_begin(), op.result_end());
  }
}

void ProjectiveAnalysis::findConditions() {
  // What only outputs use may select as it likes.
  llvm::DenseSet<Value> needed;
  for (Value next : body.getTerminator()->getOperands().take_front(numStates))
    needed.insert(next);
  for (Operation &op : llvm::reverse(body))
    if (llvm::any_of(op.getResults(),
                     [&](Value result) { return needed.contains(result); }))
      needed.insert(op.operand_begin(), op.operand_end());
  for (Operation &op : body) {
    auto select = dyn_cast<arith::SelectOp>(op);
    if (!select || !needed.contains(select) ||
        dependsOnState(select.getCondition()) ||
        !dependsOnState(select.getResult()) ||
        llvm::is_contained(conditions, select.getCondition()))
      continue;
    if (conditions.size() == maxConditions) {
      refusal = {select.getResult(),
                 "is selected on one condition more than the " +
                     std::to_string(maxConditions) + " that are told apart"};
      return;
    }
    conditions.push_back(select.getCondition());
  }
}

//===----------------------------------------------------------------------===//
// Stage 2: values as fractions
//===----------------------------------------------------------------------===//

CasedFunction ProjectiveAnalysis::opaque(Value value) {
  auto [it, inserted] = symbolOf.try_emplace(value, symbols.size());
  if (inserted)
    symbols.push_back(value);
  return {RationalFunction::variable(it->second)};
}

namespace {
/// Applies one arithmetic operation case by case; nullopt divides by zero.
struct CaseByCase {
  unsigned numCases;

  std::optional<CasedFunction>
  operator()(ArrayRef<const CasedFunction *> operands,
             llvm::function_ref<std::optional<RationalFunction>(
                 ArrayRef<const RationalFunction *>)>
                 apply) const {
    bool single = llvm::all_of(operands, [](const CasedFunction *operand) {
      return operand->size() == 1;
    });
    CasedFunction result;
    for (unsigned number = 0, e = single ? 1 : numCases; number < e; ++number) {
      SmallVector<const RationalFunction *> values;
      for (const CasedFunction *operand : operands)
        values.push_back(&operand->inCase(number));
      std::optional<RationalFunction> value = apply(values);
      if (!value)
        return std::nullopt;
      result.push_back(*value);
    }
    result.collapse();
    return result;
  }
};
} // namespace

/// The exact exponent of a power with a small constant one.
static std::optional<unsigned> getSmallExponent(Value exponent) {
  APFloat real(0.0);
  APInt integer;
  if (matchPattern(exponent, m_ConstantInt(&integer))) {
    if (integer.isNonNegative() && integer.ule(4))
      return integer.getZExtValue();
  } else if (matchPattern(exponent, m_ConstantFloat(&real))) {
    for (unsigned power = 0; power <= 4; ++power)
      if (real.isExactlyValue(power))
        return power;
  }
  return std::nullopt;
}

/// How a state-dependent operation that is no arithmetic breaks the analysis.
static std::string describeBreak(Operation *op) {
  std::string name = op->getName().getStringRef().str();
  if (isa<arith::ExtFOp, arith::TruncFOp>(op))
    return "changes the precision of a state ('" + name +
           "'); keep casts off the path of the state";
  if (isa<arith::SelectOp>(op))
    return "is selected by a condition that depends on a state";
  return "is '" + name +
         "' of a state, which is no fraction of polynomials in the states";
}

std::optional<CasedFunction> ProjectiveAnalysis::evaluate(Value value) {
  Operation *op = value.getDefiningOp();
  bool stateFree = !dependsOnState(value);
  if (!isa<FloatType>(value.getType())) {
    if (!stateFree)
      blame.try_emplace(value, Refusal{value, describeBreak(op)});
    return std::nullopt;
  }
  auto giveUp = [&](std::string reason) -> std::optional<CasedFunction> {
    if (stateFree)
      return opaque(value);
    blame.try_emplace(value, Refusal{value, std::move(reason)});
    return std::nullopt;
  };

  // What broke an operand broke this value too.
  SmallVector<const CasedFunction *> operands;
  for (Value operand : op->getOperands()) {
    if (auto broken = blame.find(operand); broken != blame.end()) {
      Refusal reason = broken->second;
      if (isa<arith::SelectOp>(op) && operand == op->getOperand(0))
        reason = {value, describeBreak(op)};
      blame.try_emplace(value, std::move(reason));
      return std::nullopt;
    }
    auto known = functions.find(operand);
    operands.push_back(
        known != functions.end() && known->second ? &*known->second : nullptr);
  }

  using Operands = ArrayRef<const RationalFunction *>;
  CaseByCase caseByCase{getNumCases()};
  std::optional<CasedFunction> result;
  if (APFloat constant(0.0); matchPattern(value, m_ConstantFloat(&constant))) {
    std::optional<Rational> exact = Rational::fromFloat(constant);
    return exact ? CasedFunction{RationalFunction::constant(*exact)}
                 : opaque(value);
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    if (stateFree)
      return opaque(value);
    if (dependsOnState(select.getCondition()) || !operands[1] || !operands[2])
      return giveUp(describeBreak(op));
    unsigned bit = std::distance(conditions.begin(),
                                 llvm::find(conditions, select.getCondition()));
    if (bit == conditions.size())
      return std::nullopt; // only outputs use it
    result.emplace();
    for (unsigned number = 0; number < getNumCases(); ++number)
      result->push_back(
          ((number >> bit) & 1 ? *operands[1] : *operands[2]).inCase(number));
    result->collapse();
    return result;
  }
  // The exponent of a power is no operand of the algebra.
  bool isPower = isa<math::PowFOp, math::FPowIOp>(op);
  if (isPower && getSmallExponent(op->getOperand(1)) && operands[0]) {
    result = caseByCase({operands[0]}, [&](Operands x) {
      return std::optional(x[0]->power(*getSmallExponent(op->getOperand(1))));
    });
  } else if (!isPower && llvm::all_of(operands, [](auto *o) { return o; })) {
    result = llvm::TypeSwitch<Operation *, std::optional<CasedFunction>>(op)
                 .Case([&](arith::AddFOp) {
                   return caseByCase(operands, [](Operands x) {
                     return std::optional(*x[0] + *x[1]);
                   });
                 })
                 .Case([&](arith::SubFOp) {
                   return caseByCase(operands, [](Operands x) {
                     return std::optional(*x[0] - *x[1]);
                   });
                 })
                 .Case([&](arith::MulFOp) {
                   return caseByCase(operands, [](Operands x) {
                     return std::optional(*x[0] * *x[1]);
                   });
                 })
                 .Case([&](arith::DivFOp) {
                   return caseByCase(operands, [](Operands x) {
                     return x[0]->divide(*x[1]);
                   });
                 })
                 .Case([&](arith::NegFOp) {
                   return caseByCase(operands, [](Operands x) {
                     return std::optional(-*x[0]);
                   });
                 })
                 .Case([&](math::FmaOp) {
                   return caseByCase(operands, [](Operands x) {
                     return std::optional(*x[0] * *x[1] + *x[2]);
                   });
                 })
                 .Default([](Operation *) { return std::nullopt; });
    if (!result && isa<arith::DivFOp>(op))
      return giveUp("divides by a value that is always zero");
  }
  if (!result)
    return giveUp(describeBreak(op));
  for (const RationalFunction &function : *result) {
    if (function.isOverflown())
      return giveUp("is too large an expression to analyse");
    if (stateFree && (function.numerator().size() > kMaxStateFreeTerms ||
                      function.denominator().size() > kMaxStateFreeTerms))
      return opaque(value);
  }
  return result;
}

const CasedFunction *ProjectiveAnalysis::getFunction(Value value) {
  auto known = functions.find(value);
  return known != functions.end() && known->second ? &*known->second : nullptr;
}

SmallVector<Value> ProjectiveAnalysis::getStateFreeValues() {
  SmallVector<Value> values;
  auto add = [&](Value value) {
    if (!dependsOnState(value) && getFunction(value))
      values.push_back(value);
  };
  llvm::for_each(body.getArguments(), add);
  for (Operation &op : body.without_terminator())
    llvm::for_each(op.getResults(), add);
  return values;
}

//===----------------------------------------------------------------------===//
// Stage 3: connected parts
//===----------------------------------------------------------------------===//

void ProjectiveAnalysis::split() {
  ValueRange next = body.getTerminator()->getOperands().take_front(numStates);
  llvm::IntEqClasses classes(numStates);
  for (unsigned state = 0; state < numStates; ++state) {
    const CasedFunction *function = getFunction(next[state]);
    if (!function) {
      auto broken = blame.find(next[state]);
      refusal = broken != blame.end()
                    ? broken->second
                    : Refusal{next[state], "is no floating-point value"};
      return;
    }
    for (const RationalFunction &inOneCase : *function)
      for (Symbol symbol : inOneCase.symbols())
        if (isState(symbol))
          classes.join(state, symbol);
  }
  classes.compress();
  components.resize(classes.getNumClasses());
  for (unsigned state = 0; state < numStates; ++state)
    components[classes[state]].states.push_back(state);
  llvm::sort(components, [](const auto &a, const auto &b) {
    return a.states.front() < b.states.front();
  });
}

//===----------------------------------------------------------------------===//
// Stage 4: the matrix
//===----------------------------------------------------------------------===//

bool ProjectiveAnalysis::isLinear(const Polynomial &polynomial) const {
  return polynomial.totalDegreeIn(
             [&](Symbol symbol) { return isState(symbol); }) <= 1;
}

/// Reads the coefficients of linear polynomials, one for each case; nullopt
/// where another component's state occurs.
std::optional<LinearForm>
ProjectiveAnalysis::toForm(ArrayRef<Polynomial> cases,
                           const ProjectiveComponent &component) {
  size_t numCoordinates = component.states.size() + 1;
  LinearForm form(numCoordinates);
  for (const Polynomial &polynomial : cases) {
    SmallVector<RationalFunction> row(numCoordinates);
    for (auto &[monomial, coefficient] :
         polynomial.collect([&](Symbol s) { return isState(s); })) {
      size_t position = component.states.size();
      if (!monomial.isOne()) {
        Symbol state = monomial.entries().front().first;
        position = std::distance(component.states.begin(),
                                 llvm::find(component.states, state));
        if (position == component.states.size())
          return std::nullopt;
      }
      row[position] = RationalFunction(coefficient);
    }
    for (auto [entry, value] : llvm::zip_equal(form, row))
      entry.push_back(value);
  }
  for (CasedFunction &entry : form)
    entry.collapse();
  return form;
}

bool ProjectiveAnalysis::closeComponent(ProjectiveComponent &component) {
  unsigned numCases = getNumCases();
  size_t numCoordinates = component.states.size() + 1;
  ValueRange next = body.getTerminator()->getOperands().take_front(numStates);

  // polynomials[case][row][column]
  SmallVector<SmallVector<SmallVector<Polynomial>>> polynomials(numCases);
  component.projective = false;
  for (unsigned number = 0; number < numCases; ++number) {
    Polynomial denominator = Polynomial::constant(1);
    for (unsigned state : component.states)
      denominator = lcm(denominator,
                        getFunction(next[state])->inCase(number).denominator());
    if (denominator.isOverflown() || !isLinear(denominator))
      return false;
    SmallVector<Polynomial> rows;
    for (unsigned state : component.states) {
      const RationalFunction &f = getFunction(next[state])->inCase(number);
      std::optional<Polynomial> factor =
          denominator.divideExactly(f.denominator());
      if (!factor)
        return false;
      rows.push_back(f.numerator() * *factor);
      if (rows.back().isOverflown() || !isLinear(rows.back()))
        return false;
    }
    component.projective |=
        denominator.totalDegreeIn([&](Symbol s) { return isState(s); }) > 0;
    rows.push_back(denominator);
    for (const Polynomial &row : rows) {
      std::optional<LinearForm> form = toForm({row}, component);
      if (!form)
        return false;
      polynomials[number].push_back(
          llvm::map_to_vector(*form, [](const CasedFunction &entry) {
            return entry.front().numerator();
          }));
    }
    SmallVector<Polynomial *> entries;
    for (auto &row : polynomials[number])
      for (Polynomial &entry : row)
        entries.push_back(&entry);
    removeCommonFactor(entries);
  }

  component.matrix.assign(numCoordinates, LinearForm(numCoordinates));
  for (unsigned number = 0; number < numCases; ++number)
    for (size_t row = 0; row < numCoordinates; ++row)
      for (size_t column = 0; column < numCoordinates; ++column) {
        RationalFunction entry(polynomials[number][row][column]);
        // Without states in the denominator w stays 1.
        if (!component.projective)
          entry = *entry.divide(
              RationalFunction(polynomials[number].back().back()));
        component.matrix[row][column].push_back(entry);
      }
  for (LinearForm &row : component.matrix)
    for (CasedFunction &entry : row)
      entry.collapse();
  return true;
}

void ProjectiveAnalysis::close() {
  ValueRange next = body.getTerminator()->getOperands().take_front(numStates);
  for (ProjectiveComponent &component : components) {
    if (component.states.size() > maxComponentStates) {
      refusal = {next[component.states[maxComponentStates]],
                 "is one state more than the " +
                     std::to_string(maxComponentStates) +
                     " that may depend on each other"};
      return;
    }
    if (!closeComponent(component)) {
      refusal = explain(component);
      return;
    }
  }
}

/// Names states as "state 1" or "states 0 and 2".
static std::string nameStates(ArrayRef<unsigned> states) {
  std::string text = states.size() == 1 ? "state " : "states ";
  for (auto [i, state] : llvm::enumerate(states)) {
    if (i > 0)
      text += i + 1 == states.size() ? " and " : ", ";
    text += std::to_string(state);
  }
  return text;
}

/// Refuses `value` if it is of degree above 1 in the component's states; with
/// `polynomialsOnly` only if its denominator is free of states.
std::optional<Refusal> ProjectiveAnalysis::checkDegree(
    Value value, const ProjectiveComponent &component, bool polynomialsOnly) {
  const CasedFunction *function = getFunction(value);
  if (!function || !dependsOnState(value))
    return std::nullopt;
  auto isStateSymbol = [&](Symbol symbol) { return isState(symbol); };
  for (const RationalFunction &f : *function) {
    unsigned below = f.denominator().totalDegreeIn(isStateSymbol);
    unsigned degree =
        std::max(f.numerator().totalDegreeIn(isStateSymbol), below);
    SmallVector<unsigned> involved;
    for (Symbol symbol : f.symbols())
      if (isState(symbol))
        involved.push_back(symbol);
    bool own = llvm::all_of(involved, [&](unsigned state) {
      return llvm::is_contained(component.states, state);
    });
    if (degree > 1 && own && !(polynomialsOnly && below > 0))
      return Refusal{value,
                     "is of degree " + std::to_string(degree) + " in " +
                         nameStates(involved) +
                         "; steps combine only where all are of degree 1"};
  }
  return std::nullopt;
}

Refusal ProjectiveAnalysis::explain(const ProjectiveComponent &component) {
  ValueRange next = body.getTerminator()->getOperands().take_front(numStates);
  // ancestors[i]: states that state i depends on, in any number of steps.
  SmallVector<BitVector> ancestors(numStates, BitVector(numStates));
  for (unsigned state : component.states)
    for (const RationalFunction &f : *getFunction(next[state]))
      for (Symbol symbol : f.symbols())
        if (isState(symbol))
          ancestors[state].set(symbol);
  for (unsigned via : component.states)
    for (unsigned state : component.states)
      if (ancestors[state].test(via))
        ancestors[state] |= ancestors[via];

  // A product of states that nothing cancels; then a cascade; then a next
  // state of too high a degree.
  for (Operation &op : body.without_terminator())
    for (Value value : op.getResults())
      if (auto product = checkDegree(value, component, true))
        return *product;

  // A cascade: states that close by themselves feed one that does not join.
  for (unsigned state : component.states) {
    ProjectiveComponent feeding, joint;
    for (unsigned other : component.states) {
      bool feeds = ancestors[state].test(other);
      if (feeds && !ancestors[other].test(state))
        feeding.states.push_back(other);
      if (feeds || other == state)
        joint.states.push_back(other);
    }
    if (!feeding.states.empty() && closeComponent(feeding) &&
        !closeComponent(joint))
      return {next[state],
              "is fed by " + nameStates(feeding.states) +
                  " but not the other way, and does not close jointly with "
                  "what feeds it (a cascade of recurrences)"};
  }

  for (unsigned state : component.states)
    if (auto fraction = checkDegree(next[state], component, false))
      return *fraction;
  return {next[component.states.front()],
          "has another denominator than the states it depends on"};
}

std::optional<std::pair<LinearForm, LinearForm>>
ProjectiveAnalysis::getLinearFraction(Value value,
                                      const ProjectiveComponent &component) {
  const CasedFunction *function = getFunction(value);
  if (!function || !dependsOnState(value))
    return std::nullopt;
  SmallVector<Polynomial> numerators, denominators;
  for (const RationalFunction &f : *function) {
    if (!isLinear(f.numerator()) || !isLinear(f.denominator()))
      return std::nullopt;
    numerators.push_back(f.numerator());
    denominators.push_back(f.denominator());
  }
  std::optional<LinearForm> numerator = toForm(numerators, component);
  std::optional<LinearForm> denominator = toForm(denominators, component);
  if (!numerator || !denominator)
    return std::nullopt;
  return std::make_pair(std::move(*numerator), std::move(*denominator));
}
