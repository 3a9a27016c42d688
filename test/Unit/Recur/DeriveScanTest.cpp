//===- DeriveScanTest.cpp - the derivation on random bodies ---------------===//
//
// Every body made from a matrix derives, whatever identities it was rewritten
// by, with the element size that numbers alone predict; every body with a term
// that no matrix gives is refused; and the derived regions keep the laws of
// recur.scan in exact rationals, and the serial form in float64.
//
//===----------------------------------------------------------------------===//

#include "RandomBody.h"
#include "ScalarEvaluator.h"

#include "kalmir/Recur/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace kalmir::test;
using kalmir::analysis::Rational;
using kalmir::recur::GenericOp;
using kalmir::recur::ScanOp;

namespace {
class DeriveScanTest : public ::testing::Test {
protected:
  DeriveScanTest() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        kalmir::recur::RecurDialect, math::MathDialect>();
    context.disableMultithreading();
  }

  /// Runs the pass; returns the scan, or null where it was refused.
  ScanOp derive(ModuleOp module) {
    PassManager manager(&context);
    manager.addPass(kalmir::recur::createRecurDeriveScanPass());
    EXPECT_TRUE(succeeded(manager.run(module)));
    EXPECT_TRUE(succeeded(verify(module)));
    ScanOp found;
    module.walk([&](ScanOp op) { found = op; });
    return found;
  }

  MLIRContext context;
};

/// a and b, up to one factor for each group; exact for what is in no group.
bool agree(const std::vector<Rational> &a, const std::vector<Rational> &b,
           ArrayRef<kalmir::recur::HomogeneousGroup> groups) {
  std::vector<bool> grouped(a.size());
  for (const kalmir::recur::HomogeneousGroup &group : groups)
    for (int64_t i : group.members) {
      grouped[i] = true;
      for (int64_t j : group.members)
        if (!(a[i] * b[j] == a[j] * b[i]))
          return false;
    }
  for (size_t i = 0; i < a.size(); ++i)
    if (!grouped[i] && !(a[i] == b[i]))
      return false;
  return true;
}

std::vector<Rational> join(std::vector<Rational> a,
                           const std::vector<Rational> &b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Checks the laws of recur.scan at one random point.
void checkLaws(ScanOp scan, GenericOp generic, bool isConnected,
               std::mt19937_64 &generator) {
  auto random = [&](size_t count) {
    std::vector<Rational> values;
    for (size_t i = 0; i < count; ++i)
      values.push_back(
          *Rational::fraction(1 + generator() % 9, 1 + generator() % 5));
    return values;
  };
  size_t numInputs = scan.getInputs().size();
  size_t numStates = scan.getStates().size();
  size_t numEntries = scan.getIdentity().size();
  Block &step = scan.getStep().front(), &extend = scan.getExtend().front(),
        &combine = scan.getCombine().front(), &apply = scan.getApply().front();
  auto stateGroups = scan.getStateGroups();
  auto elementGroups = scan.getElementGroups();

  std::vector<Rational> identity(numEntries);
  for (size_t i = 0; i < numEntries; ++i)
    assign(identity[i], cast<FloatAttr>(scan.getIdentity()[i]).getValue());
  std::vector<Rational> x = random(numInputs), state = random(numStates);
  std::vector<Rational> a =
      *evaluate(extend, join(random(numInputs), identity));
  std::vector<Rational> b =
      *evaluate(extend, join(random(numInputs), identity));
  std::vector<Rational> c =
      *evaluate(extend, join(random(numInputs), identity));

  // combine is associative, with the identity on both sides
  std::vector<Rational> ab = *evaluate(combine, join(a, b));
  std::vector<Rational> bc = *evaluate(combine, join(b, c));
  EXPECT_EQ(*evaluate(combine, join(ab, c)), *evaluate(combine, join(a, bc)));
  EXPECT_EQ(*evaluate(combine, join(identity, a)), a);
  EXPECT_EQ(*evaluate(combine, join(a, identity)), a);
  // apply
  EXPECT_EQ(*evaluate(apply, join(identity, state)), state);
  std::vector<Rational> afterA = *evaluate(apply, join(a, state));
  EXPECT_EQ(*evaluate(apply, join(ab, state)),
            *evaluate(apply, join(b, afterA)));
  // extend appends a step
  EXPECT_TRUE(
      agree(*evaluate(extend, join(x, a)),
            *evaluate(combine, join(a, *evaluate(extend, join(x, identity)))),
            elementGroups));
  if (auto stepped = evaluate(step, join(x, afterA))) {
    std::vector<Rational> nextState(stepped->begin(),
                                    stepped->begin() + numStates);
    EXPECT_TRUE(
        agree(*evaluate(apply, join(*evaluate(extend, join(x, a)), state)),
              nextState, stateGroups));
  }
  // the step is the body: outputs are the next states (coordinates come by
  // component, so only one component has them in the order of the states)
  if (!isConnected)
    return;
  std::vector<Rational> plain = random(generic.getStates().size());
  auto expected = evaluate(generic.getBody().front(), join(x, plain));
  std::vector<Rational> embedded;
  size_t member = 0;
  for (size_t i = 0; i < numStates; ++i) {
    bool isW = llvm::any_of(stateGroups, [&](const auto &group) {
      return group.members.back() == static_cast<int64_t>(i);
    });
    embedded.push_back(isW ? Rational(1) : plain[member]);
    member += isW ? 0 : 1;
  }
  auto found = evaluate(step, join(x, embedded));
  if (expected && found)
    for (size_t i = 0; i < plain.size(); ++i)
      EXPECT_EQ((*expected)[plain.size() + i], (*found)[numStates + i]);
}

/// Runs `length` steps in float64, serially by the body and by elements, and
/// compares the states of a body that is one component.
void checkSerial(ScanOp scan, GenericOp generic, std::mt19937_64 &generator) {
  std::uniform_real_distribution<double> uniform(0.2, 1.2);
  auto random = [&](size_t count) {
    std::vector<double> values(count);
    for (double &value : values)
      value = uniform(generator);
    return values;
  };
  auto joined = [](std::vector<double> a, const std::vector<double> &b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  size_t numPlain = generic.getStates().size();
  bool projective = !scan.getStateGroups().empty();
  std::vector<double> plain = random(numPlain), state = plain;
  if (projective)
    state.push_back(1);
  std::vector<double> element;
  for (Attribute number : scan.getIdentity())
    element.push_back(cast<FloatAttr>(number).getValueAsDouble());
  for (int t = 0; t < 6; ++t) {
    std::vector<double> x = random(scan.getInputs().size());
    plain = *evaluate(generic.getBody().front(), joined(x, plain));
    plain.resize(numPlain);
    element = *evaluate(scan.getExtend().front(), joined(x, element));
  }
  state = *evaluate(scan.getApply().front(), joined(element, state));
  for (size_t i = 0; i < numPlain; ++i) {
    double value = projective ? state[i] / state.back() : state[i];
    EXPECT_NEAR(value, plain[i], 1e-7 * (1 + std::abs(plain[i])));
  }
}
} // namespace

TEST_F(DeriveScanTest, everyRewrittenMatrixDerives) {
  unsigned numChecked = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomBody body(seed);
    unsigned expected = body.getElementSize();
    std::optional<size_t> first;
    for (unsigned rewrites : {0, 4, 12}) {
      body.rewrite(rewrites);
      OwningOpRef<ModuleOp> module = body.build(&context);
      OwningOpRef<ModuleOp> original(cast<ModuleOp>(module.get()->clone()));
      ScanOp scan = derive(*module);
      ASSERT_TRUE(scan) << "refused after " << rewrites << " rewrites";
      size_t size = scan.getIdentity().size();
      if (!first)
        first = size;
      EXPECT_EQ(size, *first);
      if (expected) {
        EXPECT_EQ(size, expected);
        ++numChecked;
      }
      GenericOp generic;
      original->walk([&](GenericOp op) { generic = op; });
      std::mt19937_64 generator(seed);
      checkLaws(scan, generic, body.isConnected(), generator);
      if (body.isConnected())
        checkSerial(scan, generic, generator);
    }
  }
  // The prediction must have had something to say.
  EXPECT_GT(numChecked, 150u);
}

TEST_F(DeriveScanTest, everyBrokenBodyIsRefused) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomBody body(seed);
    body.breakIt();
    body.rewrite(seed % 8);
    OwningOpRef<ModuleOp> module = body.build(&context);
    EXPECT_FALSE(derive(*module));
  }
}
