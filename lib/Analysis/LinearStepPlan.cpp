//===- LinearStepPlan.cpp - few operations for a step ---------------------===//
//
// Stages:
//   1. collect candidate forms: the body's intermediate numerators and
//      denominators, without their common factors;
//   2. for every small set of candidates, schedule candidates and rows
//   greedily,
//      each on the earlier form that saves most;
//   3. keep the cheapest.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/LinearStepPlan.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace kalmir::analysis;

/// A state-free operation may be shared by lanes or leave the loop, so it
/// weighs less than one on the state.
static constexpr double kStateFreeWeight = 0.6;
/// Divisions weigh as several multiplications.
static constexpr double kDivisionCost = 8;
/// More candidates than this are not looked at.
static constexpr size_t kMaxCandidates = 10;

//===----------------------------------------------------------------------===//
// Cased functions and forms
//===----------------------------------------------------------------------===//

bool kalmir::analysis::isZero(const CasedFunction &function) {
  return llvm::all_of(function, [](const auto &f) { return f.isZero(); });
}

bool kalmir::analysis::isConstant(const CasedFunction &function,
                                  const Rational &value) {
  return llvm::all_of(function, [&](const RationalFunction &f) {
    return f == RationalFunction::constant(value);
  });
}

static size_t getNumCases(const LinearForm &form) {
  size_t numCases = 1;
  for (const CasedFunction &entry : form)
    numCases = std::max(numCases, entry.size());
  return numCases;
}

LinearForm kalmir::analysis::getUnitForm(unsigned size, unsigned position) {
  LinearForm form(size, CasedFunction{RationalFunction()});
  form[position] = {RationalFunction::constant(Rational(1))};
  return form;
}

/// form / base at one coordinate, 0 in cases where base has nothing there;
/// nullopt where that would divide by what form does not divide by, which might
/// be zero at run time.
static std::optional<CasedFunction> divideAt(const CasedFunction &form,
                                             const CasedFunction &base) {
  CasedFunction quotient;
  for (size_t i = 0, e = std::max(form.size(), base.size()); i < e; ++i) {
    quotient.push_back(
        form.inCase(i).divide(base.inCase(i)).value_or(RationalFunction()));
    if (!form.inCase(i).denominator().divideExactly(
            quotient.back().denominator()))
      return std::nullopt;
  }
  quotient.collapse();
  return quotient;
}

/// form - factor * base.
static LinearForm subtract(const LinearForm &form, const CasedFunction &factor,
                           const LinearForm &base) {
  LinearForm rest;
  for (auto [f, b] : llvm::zip_equal(form, base)) {
    CasedFunction entry;
    size_t numCases = std::max({f.size(), b.size(), factor.size()});
    for (size_t i = 0; i < numCases; ++i)
      entry.push_back(f.inCase(i) - factor.inCase(i) * b.inCase(i));
    entry.collapse();
    rest.push_back(std::move(entry));
  }
  return rest;
}

std::optional<CasedFunction>
kalmir::analysis::getRatio(const LinearForm &form, const LinearForm &base) {
  // Different coordinates may decide in different cases.
  size_t numCases = std::max(getNumCases(form), getNumCases(base));
  CasedFunction ratio;
  for (size_t i = 0; i < numCases; ++i) {
    RationalFunction factor;
    for (auto [f, b] : llvm::zip_equal(form, base))
      if (!b.inCase(i).isZero()) {
        factor = *f.inCase(i).divide(b.inCase(i));
        if (!f.inCase(i).denominator().divideExactly(factor.denominator()))
          return std::nullopt;
        break;
      }
    ratio.push_back(factor);
  }
  ratio.collapse();
  if (!llvm::all_of(subtract(form, ratio, base), isZero))
    return std::nullopt;
  return ratio;
}

/// The form without what its coefficients have in common in each case.
static LinearForm removeCommonFactor(const LinearForm &form) {
  LinearForm result(form.size());
  for (size_t i = 0, e = getNumCases(form); i < e; ++i) {
    Polynomial denominator = Polynomial::constant(1);
    for (const CasedFunction &entry : form)
      denominator = lcm(denominator, entry.inCase(i).denominator());
    SmallVector<Polynomial> numerators;
    SmallVector<Polynomial *> pointers;
    for (const CasedFunction &entry : form) {
      std::optional<Polynomial> factor =
          denominator.divideExactly(entry.inCase(i).denominator());
      if (!factor)
        return form;
      numerators.push_back(entry.inCase(i).numerator() * *factor);
    }
    for (Polynomial &numerator : numerators)
      pointers.push_back(&numerator);
    kalmir::analysis::removeCommonFactor(pointers);
    for (auto [entry, numerator] : llvm::zip_equal(result, numerators))
      entry.push_back(RationalFunction(numerator));
  }
  for (CasedFunction &entry : result)
    entry.collapse();
  return result;
}

//===----------------------------------------------------------------------===//
// Coefficients
//===----------------------------------------------------------------------===//

CoefficientDictionary::CoefficientDictionary(ProjectiveAnalysis &analysis) {
  for (Value value : analysis.getStateFreeValues()) {
    const RationalFunction &function = analysis.getFunction(value)->front();
    values.try_emplace(function, value);
    const Polynomial &polynomial = function.numerator();
    bool isSymbol = polynomial.totalDegree() == 1 && polynomial.size() == 1 &&
                    polynomial.leadingCoefficient().isOne();
    if (function.isPolynomial() && !function.isConstant() && !isSymbol)
      factors.push_back({polynomial, value});
  }
  llvm::sort(factors, [](const auto &a, const auto &b) {
    auto key = [](const Polynomial &polynomial) {
      return std::make_pair(polynomial.size(), polynomial.totalDegree());
    };
    return key(a.first) != key(b.first) ? key(b.first) < key(a.first)
                                        : a.first < b.first;
  });
}

Value CoefficientDictionary::lookup(const RationalFunction &function) const {
  auto known = values.find(function);
  return known == values.end() ? Value() : known->second;
}

/// Multiplications and additions that write a polynomial out.
static double getWrittenOutCost(const Polynomial &polynomial) {
  double cost = polynomial.size() > 1 ? polynomial.size() - 1.0 : 0.0;
  for (const Polynomial::Term &term : polynomial.terms()) {
    unsigned degree = term.monomial.totalDegree();
    cost += degree > 1 ? degree - 1 : 0;
    if (degree > 0 && !term.coefficient.isOne())
      cost += 1;
  }
  return cost;
}

double CoefficientDictionary::getCost(const RationalFunction &function) const {
  if (function.isConstant() || lookup(function) || lookup(-function))
    return 0;
  double cost = 0;
  Polynomial rest = function.numerator();
  for (auto &[factor, value] : factors)
    if (std::optional<Polynomial> quotient = rest.divideExactly(factor)) {
      rest = *quotient;
      cost += 1;
      break;
    }
  cost += getWrittenOutCost(rest);
  if (!function.isPolynomial())
    cost += kDivisionCost + getWrittenOutCost(function.denominator());
  return cost * kStateFreeWeight;
}

double
CoefficientDictionary::getFactorCost(const CasedFunction &function) const {
  if (::isZero(function) || ::isConstant(function, Rational(1)) ||
      ::isConstant(function, Rational(-1)))
    return 0;
  double cost = 1 + kStateFreeWeight * (function.size() - 1);
  for (const RationalFunction &f : function)
    cost += getCost(f);
  return cost;
}

//===----------------------------------------------------------------------===//
// Planning
//===----------------------------------------------------------------------===//

namespace {
/// One way to compute a form.
struct Way {
  double cost = 0;
  CasedFunction factor;
  LinearForm rest;
};

class Planner {
public:
  Planner(const CoefficientDictionary &dictionary,
          std::vector<LinearForm> allForms)
      : dictionary(dictionary), forms(std::move(allForms)) {}

  double getRestCost(const LinearForm &rest, bool onBase) const {
    double cost = 0;
    unsigned numTerms = onBase ? 1 : 0;
    for (const CasedFunction &entry : rest)
      if (!::isZero(entry)) {
        cost += dictionary.getFactorCost(entry);
        ++numTerms;
      }
    return cost + (numTerms > 1 ? numTerms - 1 : 0);
  }

  /// The best way to compute form `target` on form `base` (-1: on none).
  const Way &getWay(unsigned target, int base) {
    auto [it, inserted] = ways.try_emplace({target, base});
    Way &best = it->second;
    if (!inserted)
      return best;
    const LinearForm &form = forms[target];
    if (base < 0) {
      best = {getRestCost(form, false), {}, form};
      return best;
    }
    best.cost = std::numeric_limits<double>::infinity();
    for (auto [f, b] : llvm::zip_equal(form, forms[base])) {
      if (::isZero(f) || ::isZero(b))
        continue;
      std::optional<CasedFunction> factor = divideAt(f, b);
      if (!factor)
        continue;
      LinearForm rest = subtract(form, *factor, forms[base]);
      double cost = dictionary.getFactorCost(*factor) + getRestCost(rest, true);
      if (cost < best.cost)
        best = {cost, std::move(*factor), std::move(rest)};
    }
    return best;
  }

  /// Schedules `targets` after `helpers`, cheapest first; returns the cost and
  /// the (form, base) pairs in order.
  double schedule(ArrayRef<unsigned> helpers, ArrayRef<unsigned> targets,
                  SmallVectorImpl<std::pair<unsigned, int>> &order) {
    double total = 0;
    order.clear();
    auto findBest = [&](unsigned target) {
      std::pair<double, int> best = {getWay(target, -1).cost, -1};
      for (auto [known, base] : order)
        best = std::min(best, {getWay(target, known).cost, (int)known});
      return best;
    };
    for (unsigned helper : helpers) {
      auto [cost, base] = findBest(helper);
      order.push_back({helper, base});
      total += cost;
    }
    SmallVector<unsigned> open(targets);
    while (!open.empty()) {
      auto next = open.begin();
      std::pair<double, int> best = findBest(*next);
      for (auto it = open.begin() + 1; it != open.end(); ++it)
        if (auto other = findBest(*it); other.first < best.first) {
          best = other;
          next = it;
        }
      order.push_back({*next, best.second});
      total += best.first;
      open.erase(next);
    }
    return total;
  }

  const LinearForm &getForm(unsigned number) const { return forms[number]; }

private:
  const CoefficientDictionary &dictionary;
  std::vector<LinearForm> forms;
  std::map<std::pair<unsigned, int>, Way> ways;
};
} // namespace

/// The body's intermediate forms of this component, in body order.
static std::vector<LinearForm>
collectCandidates(ProjectiveAnalysis &analysis,
                  const ProjectiveComponent &component) {
  std::vector<LinearForm> candidates;
  auto add = [&](const LinearForm &form) {
    unsigned numTerms = llvm::count_if(
        form, [](const CasedFunction &entry) { return !::isZero(entry); });
    if (numTerms < 2 || candidates.size() == kMaxCandidates)
      return;
    LinearForm candidate = removeCommonFactor(form);
    if (!llvm::is_contained(candidates, candidate))
      candidates.push_back(std::move(candidate));
  };
  for (Operation &op : analysis.getBody().without_terminator())
    for (Value result : op.getResults())
      if (auto fraction = analysis.getLinearFraction(result, component)) {
        add(fraction->first);
        add(fraction->second);
      }
  return candidates;
}

LinearStepPlan::LinearStepPlan(ProjectiveAnalysis &analysis,
                               const ProjectiveComponent &component,
                               const CoefficientDictionary &dictionary) {
  unsigned numRows = component.matrix.size();
  std::vector<LinearForm> all(component.matrix.begin(), component.matrix.end());
  std::vector<LinearForm> candidates = collectCandidates(analysis, component);
  llvm::append_range(all, candidates);
  Planner planner(dictionary, all);

  SmallVector<unsigned> rows = llvm::to_vector(llvm::seq(0u, numRows));
  SmallVector<std::pair<unsigned, int>> order, bestOrder;
  double best = planner.schedule({}, rows, bestOrder);
  auto consider = [&](ArrayRef<unsigned> helpers) {
    double cost = planner.schedule(helpers, rows, order);
    if (cost + 1e-9 < best) {
      best = cost;
      bestOrder = order;
    }
  };
  for (unsigned i = 0; i < candidates.size(); ++i)
    consider({numRows + i});
  for (unsigned i = 0; i < candidates.size(); ++i)
    for (unsigned j = i + 1; j < candidates.size(); ++j)
      consider({numRows + i, numRows + j});

  std::map<unsigned, unsigned> position;
  next.resize(numRows);
  for (auto [number, base] : bestOrder) {
    const Way &way = planner.getWay(number, base);
    PlannedForm planned;
    planned.form = planner.getForm(number);
    planned.base = base < 0 ? -1 : static_cast<int>(position.at(base));
    planned.baseFactor = way.factor;
    planned.rest = way.rest;
    position[number] = forms.size();
    if (number < numRows)
      next[number] = forms.size();
    forms.push_back(std::move(planned));
  }
}
