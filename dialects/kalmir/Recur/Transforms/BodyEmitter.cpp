//===- BodyEmitter.cpp - re-expresses a body in coordinates ---------------===//

#include "BodyEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace kalmir::analysis;
using namespace kalmir::recur;

BodyEmitter::BodyEmitter(OpBuilder &b, Location loc,
                         ProjectiveAnalysis &analysis,
                         const CoefficientDictionary &dictionary,
                         ValueRange inputs, ArrayRef<uint64_t> inputIterators)
    : b(b), loc(loc), analysis(analysis), dictionary(dictionary) {
  Block &body = analysis.getBody();
  mapping.map(body.getArguments().take_front(inputs.size()), inputs);
  for (auto [input, mask] : llvm::zip(body.getArguments(), inputIterators)) {
    iterators[input] = mask;
    allIterators |= mask;
  }
  for (Operation &op : body) {
    uint64_t mask = 0;
    if (auto index = dyn_cast<IndexOp>(op))
      mask = uint64_t(1) << (index.getDim() % 64);
    for (Value operand : op.getOperands())
      mask |= iterators.lookup(operand);
    for (Value result : op.getResults())
      iterators[result] = mask;
  }
}

/// Clones with the operands already mapped. Where real-number identities are
/// allowed, so are multiply-adds.
static Operation *cloneContracted(OpBuilder &b, Operation *op,
                                  IRMapping &mapping) {
  Operation *clone = b.clone(*op, mapping);
  if (auto fast = dyn_cast<arith::ArithFastMathInterface>(clone)) {
    // The flags of casts are optional and absent when printed without.
    arith::FastMathFlagsAttr own = fast.getFastMathFlagsAttr();
    clone->setAttr(fast.getFastMathAttrName(),
                   arith::FastMathFlagsAttr::get(
                       b.getContext(),
                       (own ? own.getValue() : arith::FastMathFlags::none) |
                           arith::FastMathFlags::contract));
  }
  return clone;
}

Value BodyEmitter::emitStateFree(Value value) {
  Value done = mapping.lookupOrNull(value);
  return done ? done : cloneOp(value);
}

//===----------------------------------------------------------------------===//
// Coefficients
//===----------------------------------------------------------------------===//

uint64_t BodyEmitter::getIterators(Symbol symbol) {
  return iterators.lookup(analysis.getValue(symbol));
}

bool BodyEmitter::spansIterators(const Monomial &monomial) {
  return llvm::any_of(monomial.entries(), [&](const Monomial::Entry &entry) {
    return getIterators(entry.first) !=
           getIterators(monomial.entries().front().first);
  });
}

Scalar BodyEmitter::emitProduct(const Monomial &monomial, FloatType type) {
  if (monomial.isOne())
    return Rational(1);
  auto known = products.find(monomial);
  if (known != products.end())
    return known->second;
  // Factors over the same iterators first: what all lanes of a vector share, or
  // what time does not change, is then computed once. After that on top of the
  // largest product at hand, else off the last symbol, to share what can be.
  Monomial base, rest;
  uint64_t first = getIterators(monomial.entries().front().first);
  auto ofFirst = [&](Symbol symbol) { return getIterators(symbol) == first; };
  if (spansIterators(monomial)) {
    base = monomial.restrictTo(ofFirst);
    rest = *monomial.divide(base);
  }
  for (auto &[other, value] : products)
    if (rest.isOne() &&
        other.totalDegree() > std::max(base.totalDegree(), 1u) &&
        monomial.divide(other))
      base = other;
  if (base.isOne())
    base = *monomial.divide(Monomial(monomial.entries().back().first));
  if (rest.isOne())
    rest = *monomial.divide(base);
  ScalarBuilder scalar(b, loc, type);
  Scalar product =
      monomial.totalDegree() == 1
          ? Scalar(emitStateFree(
                analysis.getValue(monomial.entries().front().first)))
          : scalar.multiply(emitProduct(base, type), emitProduct(rest, type));
  products.emplace(monomial, product);
  return product;
}

Scalar BodyEmitter::emitPolynomial(const Polynomial &polynomial,
                                   FloatType type) {
  if (polynomial.isZero() || polynomial.isConstant())
    return polynomial.getConstant();
  // The author's grouping of a product stays unless ours can be hoisted.
  const Polynomial::Term &leading = polynomial.terms().front();
  if (polynomial.size() == 1 && leading.coefficient.isOne() &&
      spansIterators(leading.monomial))
    return emitProduct(leading.monomial, type);
  if (Value value = dictionary.lookup(RationalFunction(polynomial)))
    return emitStateFree(value);
  ScalarBuilder scalar(b, loc, type);
  if (Value value = dictionary.lookup(RationalFunction(-polynomial)))
    return scalar.negate(emitStateFree(value));
  for (auto &[factor, value] : dictionary.getFactors())
    if (std::optional<Polynomial> quotient = polynomial.divideExactly(factor))
      return scalar.multiply(emitPolynomial(*quotient, type),
                             emitStateFree(value));
  SmallVector<std::pair<Scalar, Scalar>> terms;
  for (const Polynomial::Term &term : polynomial.terms())
    terms.push_back({term.coefficient, emitProduct(term.monomial, type)});
  return scalar.sumOfProducts(terms);
}

Scalar BodyEmitter::emitFunction(const RationalFunction &function,
                                 FloatType type) {
  if (function.isConstant())
    return function.numerator().getConstant();
  auto known = coefficients.find(function);
  if (known != coefficients.end())
    return known->second;
  Scalar result;
  ScalarBuilder scalar(b, loc, type);
  if (function.isPolynomial())
    result = emitPolynomial(function.numerator(), type);
  else if (Value value = dictionary.lookup(function))
    result = emitStateFree(value);
  else if (Value value = dictionary.lookup(-function))
    result = scalar.negate(emitStateFree(value));
  else
    result = scalar.divide(emitPolynomial(function.numerator(), type),
                           emitPolynomial(function.denominator(), type));
  coefficients.emplace(function, result);
  return result;
}

/// The cases in which the first conditions have the outcomes `fixed`.
Scalar BodyEmitter::emitCase(const CasedFunction &function, unsigned numFixed,
                             unsigned fixed, FloatType type) {
  unsigned numConditions = analysis.getConditions().size();
  bool agree = true;
  for (unsigned number = fixed; number < function.size();
       number += 1u << numFixed)
    agree &= function[number] == function[fixed];
  if (agree || numFixed == numConditions)
    return emitFunction(function[fixed], type);
  Scalar whenFalse = emitCase(function, numFixed + 1, fixed, type);
  Scalar whenTrue =
      emitCase(function, numFixed + 1, fixed | 1u << numFixed, type);
  Value condition = emitStateFree(analysis.getConditions()[numFixed]);
  return ScalarBuilder(b, loc, type).select(condition, whenTrue, whenFalse);
}

Scalar BodyEmitter::emitCoefficient(const CasedFunction &function,
                                    FloatType type) {
  if (function.size() == 1)
    return emitFunction(function.front(), type);
  return emitCase(function, 0, 0, type);
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

/// What multiplying a monomial out costs, grouped as emitProduct does: products
/// that some iterator does not change are shared along it.
double BodyEmitter::getProductCost(Monomial monomial) {
  double cost = 0;
  uint64_t mask = 0;
  while (!monomial.isOne()) {
    uint64_t own = getIterators(monomial.entries().front().first);
    Monomial group = monomial.restrictTo(
        [&](Symbol symbol) { return getIterators(symbol) == own; });
    cost += (group.totalDegree() - 1) * getRate(own);
    if (mask)
      cost += getRate(mask | own);
    mask |= own;
    monomial = *monomial.divide(group);
  }
  return cost;
}

/// The monomial of a coefficient that is a product, else null.
static const Monomial *getMonomial(const CasedFunction &coefficient) {
  if (coefficient.size() != 1 || !coefficient.front().isPolynomial() ||
      coefficient.front().numerator().size() != 1)
    return nullptr;
  return &coefficient.front().numerator().terms().front().monomial;
}

/// What to multiply the value of form `base` by first, because forms that build
/// on it have the factor in common and that saves products: with x + k k l D
/// and e + k v l D, the factor k l.
Monomial BodyEmitter::getCommonFactor(const LinearStepPlan &plan, int base) {
  std::optional<Monomial> common;
  SmallVector<const Monomial *> users;
  for (const PlannedForm &form : plan.forms) {
    if (form.base != base)
      continue;
    const Monomial *monomial = getMonomial(form.baseFactor);
    if (!monomial)
      continue;
    users.push_back(monomial);
    common = common ? common->meet(*monomial) : *monomial;
  }
  if (users.size() < 2 || common->isOne())
    return Monomial();
  double apart = 0, together = getProductCost(*common) + 1;
  for (const Monomial *monomial : users) {
    apart += getProductCost(*monomial);
    together += getProductCost(*monomial->divide(*common));
  }
  return together < apart ? *common : Monomial();
}

SmallVector<Scalar> BodyEmitter::emitForms(const ComponentPlan &component,
                                           ArrayRef<Scalar> coordinates) {
  SmallVector<Scalar> values;
  ScalarBuilder scalar(b, loc, component.type);
  // By form: what it is multiplied by first, and that product.
  SmallVector<std::pair<Monomial, Scalar>> scaled;
  for (const PlannedForm &form : component.plan.forms) {
    SmallVector<std::pair<Scalar, Scalar>> terms;
    for (auto [coefficient, coordinate] :
         llvm::zip_equal(form.rest, coordinates))
      if (!isZero(coefficient))
        terms.push_back(
            {emitCoefficient(coefficient, component.type), coordinate});
    if (form.base >= 0) {
      CasedFunction factor = form.baseFactor;
      Scalar base = values[form.base];
      auto &[common, product] = scaled[form.base];
      if (getMonomial(factor) && !common.isOne()) {
        if (!product.value)
          product = scalar.multiply(emitProduct(common, component.type), base);
        base = product;
        factor = {RationalFunction(*factor.front().numerator().divideExactly(
            Polynomial::term(common, Rational(1))))};
      }
      terms.push_back({emitCoefficient(factor, component.type), base});
    }
    scaled.push_back({getCommonFactor(component.plan, values.size()), {}});
    values.push_back(scalar.sumOfProducts(terms));
  }
  return values;
}

void BodyEmitter::setComponent(const ComponentPlan &component,
                               ArrayRef<Scalar> coordinates,
                               ArrayRef<Scalar> forms) {
  KnownComponent &entry = known.emplace_back();
  entry.plan = &component;
  entry.coordinates.assign(coordinates.begin(), coordinates.end());
  // Next coordinates before others, so that results are taken from them.
  for (unsigned number : component.plan.next)
    entry.forms.push_back({component.plan.forms[number].form, forms[number]});
  for (auto [i, coordinate] : llvm::enumerate(coordinates))
    entry.forms.push_back({getUnitForm(coordinates.size(), i), coordinate});
  for (auto [planned, value] : llvm::zip_equal(component.plan.forms, forms))
    entry.forms.push_back({planned.form, value});
}

Scalar BodyEmitter::emitForm(const LinearForm &form,
                             const KnownComponent &component) {
  FloatType type = component.plan->type;
  ScalarBuilder scalar(b, loc, type);
  for (const KnownForm &other : component.forms)
    if (std::optional<CasedFunction> ratio = getRatio(form, other.form))
      return scalar.multiply(emitCoefficient(*ratio, type), other.value);
  SmallVector<std::pair<Scalar, Scalar>> terms;
  for (auto [coefficient, coordinate] :
       llvm::zip_equal(form, component.coordinates))
    if (!isZero(coefficient))
      terms.push_back({emitCoefficient(coefficient, type), coordinate});
  return scalar.sumOfProducts(terms);
}

//===----------------------------------------------------------------------===//
// State-dependent values
//===----------------------------------------------------------------------===//

Value BodyEmitter::emitRatio(Value numerator, Value denominator) {
  Value &ratio = ratios[{numerator, denominator}];
  // No shared reciprocal: it overflows where a ratio of small numbers does not.
  if (!ratio)
    ratio = arith::DivFOp::create(b, loc, numerator, denominator,
                                  arith::FastMathFlags::contract);
  return ratio;
}

/// The value as a coefficient times a ratio of two forms that are at hand, or
/// null.
Value BodyEmitter::emitKnownRatio(Value value) {
  for (const KnownComponent &component : known) {
    if (component.plan->type != value.getType())
      continue;
    auto fraction =
        analysis.getLinearFraction(value, *component.plan->component);
    if (!fraction)
      continue;
    auto &[numerator, denominator] = *fraction;
    for (const KnownForm &below : component.forms) {
      std::optional<CasedFunction> belowRatio =
          getRatio(denominator, below.form);
      if (!belowRatio ||
          llvm::any_of(*belowRatio, [](const auto &f) { return f.isZero(); }))
        continue;
      for (const KnownForm &above : component.forms) {
        std::optional<CasedFunction> aboveRatio =
            getRatio(numerator, above.form);
        if (!aboveRatio)
          continue;
        CasedFunction factor;
        for (size_t i = 0, e = std::max(aboveRatio->size(), belowRatio->size());
             i < e; ++i)
          factor.push_back(
              *(*aboveRatio)[aboveRatio->size() == 1 ? 0 : i].divide(
                  (*belowRatio)[belowRatio->size() == 1 ? 0 : i]));
        ScalarBuilder scalar(b, loc, component.plan->type);
        Scalar ratio = emitRatio(scalar.materialize(above.value),
                                 scalar.materialize(below.value));
        return scalar.materialize(scalar.multiply(
            emitCoefficient(factor, component.plan->type), ratio));
      }
    }
  }
  return {};
}

/// The value as a ratio of two linear forms of one projective component, or
/// null.
Value BodyEmitter::emitFraction(Value value) {
  for (const KnownComponent &component : known) {
    if (component.plan->type != value.getType())
      continue;
    auto fraction =
        analysis.getLinearFraction(value, *component.plan->component);
    if (!fraction)
      continue;
    ScalarBuilder scalar(b, loc, component.plan->type);
    Value numerator = scalar.materialize(emitForm(fraction->first, component));
    Value denominator =
        scalar.materialize(emitForm(fraction->second, component));
    return emitRatio(numerator, denominator);
  }
  return {};
}

/// Whether the operation only scales or shifts one state-dependent operand, so
/// that writing it as a fraction gains nothing.
bool BodyEmitter::scalesOrShifts(Operation *op) {
  if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
           arith::NegFOp>(op))
    return false;
  if (auto division = dyn_cast<arith::DivFOp>(op))
    return !analysis.dependsOnState(division.getRhs());
  return llvm::count_if(op->getOperands(), [&](Value operand) {
           return analysis.dependsOnState(operand);
         }) == 1;
}

Value BodyEmitter::cloneOp(Value value) {
  Operation *op = value.getDefiningOp();
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (operand.getParentBlock() == &analysis.getBody())
        emit(operand);
  });
  cloneContracted(b, op, mapping);
  return mapping.lookup(value);
}

Value BodyEmitter::emit(Value value) {
  if (Value done = mapping.lookupOrNull(value))
    return done;
  if (!analysis.dependsOnState(value))
    return emitStateFree(value);
  Value result = emitKnownRatio(value);
  if (!result && !scalesOrShifts(value.getDefiningOp()))
    result = emitFraction(value);
  if (!result)
    result = cloneOp(value);
  mapping.map(value, result);
  return result;
}
