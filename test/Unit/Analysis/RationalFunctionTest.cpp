//===- RationalFunctionTest.cpp - Tests of exact fractions ------*- C++ -*-===//
//
// Field axioms, canonical form and limits of
// kalmir::analysis::RationalFunction. Example: the Joseph form of a Kalman
// covariance update is recognised as equal to the short form.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/RationalFunction.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <chrono>
#include <random>

using namespace kalmir::analysis;

namespace {

using RF = RationalFunction;

RF var(Symbol s) { return RF::variable(s); }
RF num(int64_t n) { return RF::constant(n); }
RF div(const RF &a, const RF &b) {
  std::optional<RF> q = a.divide(b);
  EXPECT_TRUE(q.has_value());
  return q ? *q : RF::overflown();
}

template <typename F>
void report(const char *what, F &&body) {
  auto begin = std::chrono::steady_clock::now();
  body();
  std::chrono::duration<double, std::micro> took =
      std::chrono::steady_clock::now() - begin;
  llvm::outs() << "[ timing   ] " << what << ": " << int64_t(took.count())
               << " us\n";
}

class Random {
public:
  explicit Random(unsigned seed) : engine(seed) {}
  int pick(int low, int high) {
    return low + int(engine() % unsigned(high - low + 1));
  }
  Polynomial polynomial(unsigned numTerms) {
    std::vector<Polynomial::Term> terms;
    for (unsigned i = 0; i < numTerms; ++i) {
      Monomial m;
      for (unsigned d = pick(0, 3); d > 0; --d)
        m = m * Monomial(pick(0, 3));
      terms.push_back({m, Rational::fraction(pick(-5, 5), pick(1, 3)).value()});
    }
    return Polynomial::fromTerms(std::move(terms));
  }
  RF fraction() {
    Polynomial den;
    while (den.isZero())
      den = polynomial(3);
    return RF::fraction(polynomial(3), den).value();
  }

private:
  std::mt19937 engine;
};

void expectCanonical(const RF &f) {
  ASSERT_FALSE(f.isOverflown());
  EXPECT_TRUE(gcd(f.numerator(), f.denominator()).isOne() || f.isZero());
  EXPECT_EQ(f.denominator(), f.denominator().primitivePart());
  if (f.isZero()) {
    EXPECT_TRUE(f.denominator().isOne());
  }
}

TEST(RationalFunctionTest, FieldAxioms) {
  Random random(11);
  for (int i = 0; i < 40; ++i) {
    RF a = random.fraction(), b = random.fraction(), c = random.fraction();
    expectCanonical(a + b);
    expectCanonical(a * b);
    EXPECT_EQ(a + b, b + a);
    EXPECT_EQ(a * b, b * a);
    EXPECT_EQ((a + b) + c, a + (b + c));
    EXPECT_EQ((a * b) * c, a * (b * c));
    EXPECT_EQ(a * (b + c), a * b + a * c);
    EXPECT_EQ(hash_value(a * (b + c)), hash_value(a * b + a * c));
    EXPECT_TRUE((a - a).isZero());
    EXPECT_EQ(a + RF(), a);
    EXPECT_EQ(a.power(2), a * a);
    EXPECT_FALSE(a < a);
    if (!a.isZero()) {
      EXPECT_TRUE((a * a.inverse().value()).isOne());
      EXPECT_EQ(div(b, a) * a, b);
      EXPECT_EQ(a.inverse()->inverse().value(), a);
    }
    // Values agree at a point where everything is defined.
    auto at = [](Symbol s) { return Rational(int(7 * s * s + 3 * s + 101)); };
    std::optional<Rational> va = a.evaluate(at), vb = b.evaluate(at);
    if (va && vb) {
      EXPECT_EQ((a + b).evaluate(at).value(), *va + *vb);
      EXPECT_EQ((a * b).evaluate(at).value(), *va * *vb);
    }
    std::optional<RF> sa = a.substitute(0, c), sb = b.substitute(0, c);
    if (sa && sb) {
      expectCanonical(*sa);
      EXPECT_EQ((a + b).substitute(0, c).value(), *sa + *sb);
      EXPECT_EQ((a * b).substitute(0, c).value(), *sa * *sb);
    }
  }
}

TEST(RationalFunctionTest, Basics) {
  RF x = var(0), y = var(1);
  EXPECT_TRUE(div(x, x).isOne());
  EXPECT_EQ(div(x * x - y * y, x + y), x - y);
  EXPECT_EQ(div(x, num(-2) * y).str(), "(-1/2*s0) / (s1)");
  EXPECT_EQ((x + num(1)).str(), "s0 + 1");
  EXPECT_TRUE(num(3).isConstant());
  EXPECT_TRUE((x + y).isPolynomial());
  EXPECT_FALSE(div(x, y).isPolynomial());
  EXPECT_EQ(div(x, y).symbols(), (llvm::SmallVector<Symbol>{0, 1}));
  EXPECT_TRUE(div(x, y).dependsOn(1));
  EXPECT_FALSE(div(x * y, y).dependsOn(1));
}

TEST(RationalFunctionTest, DivisionByZero) {
  RF x = var(0), y = var(1);
  EXPECT_FALSE(x.divide(x - x).has_value());
  EXPECT_FALSE(RF().inverse().has_value());
  EXPECT_FALSE(RF::fraction(Polynomial::variable(0), Polynomial()).has_value());
  EXPECT_FALSE(div(num(1), x - y).substitute(0, y).has_value());
  EXPECT_FALSE(div(num(1), x - num(2))
                   .evaluate([](Symbol) { return Rational(2); })
                   .has_value());
}

TEST(RationalFunctionTest, KalmanScalar) {
  RF a = var(0), P = var(1), Q = var(2), h = var(3), r = var(4), m = var(5),
     z = var(6);
  RF prior = a * a * P + Q, S = h * h * prior + r, K = div(prior * h, S);
  RF joseph, simple;
  report("Joseph form", [&] {
    joseph = (num(1) - K * h) * (num(1) - K * h) * prior + K * K * r;
  });
  simple = (num(1) - K * h) * prior;
  EXPECT_EQ(joseph, simple);
  EXPECT_EQ(hash_value(joseph), hash_value(simple));
  EXPECT_EQ(simple, prior - K * S * K);
  EXPECT_EQ(simple, div(prior * r, S));
  EXPECT_EQ(simple, div(num(1), div(num(1), prior) + div(h * h, r)));
  RF mean = a * m + K * (z - h * a * m);
  EXPECT_EQ(mean, (num(1) - K * h) * a * m + K * z);
  EXPECT_EQ(mean, div(r * a * m + h * prior * z, S));
  // The mean update is affine in m; collect gives its slope over S.
  auto parts = mean.numerator().collect([](Symbol s) { return s == 5; });
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(RF::fraction(parts.at(Monomial(5)), mean.denominator()).value(),
            (num(1) - K * h) * a);
  // Moebius form of the covariance step, composed three times.
  RF step = simple;
  report("three covariance steps", [&] {
    for (int i = 0; i < 2; ++i)
      step = simple.substitute(1, step).value();
  });
  expectCanonical(step);
  EXPECT_EQ(step.numerator().degree(1), 1u);
  EXPECT_EQ(step.denominator().degree(1), 1u);
}

TEST(RationalFunctionTest, KalmanDyadicConstants) {
  auto f32 = [](float v) {
    return RF::constant(Rational::fromFloat(llvm::APFloat(v)).value());
  };
  RF P = var(0), m = var(1), z = var(2), dt = var(3);
  RF a = f32(0.9f), Q = f32(0.1f) * dt, h = f32(1.3f), r = f32(0.01f);
  RF prior = a * a * P + Q, S = h * h * prior + r, K = div(prior * h, S);
  RF joseph = (num(1) - K * h) * (num(1) - K * h) * prior + K * K * r;
  EXPECT_EQ(joseph, (num(1) - K * h) * prior);
  EXPECT_EQ(a * m + K * (z - h * a * m), (num(1) - K * h) * a * m + K * z);
}

TEST(RationalFunctionTest, KalmanTwoStates) {
  // Symmetric 2x2 covariance, one measurement of a general row vector.
  RF p = var(0), q = var(1), s = var(2), h0 = var(3), h1 = var(4), r = var(5);
  RF c0 = p * h0 + q * h1, c1 = q * h0 + s * h1, S = h0 * c0 + h1 * c1 + r;
  RF k0 = div(c0, S), k1 = div(c1, S);
  RF f00 = num(1) - k0 * h0, f01 = -(k0 * h1), f10 = -(k1 * h0),
     f11 = num(1) - k1 * h1;
  RF j00, j01;
  report("two-state Joseph form", [&] {
    j00 = f00 * f00 * p + num(2) * f00 * f01 * q + f01 * f01 * s + k0 * k0 * r;
    j01 = (f00 * p + f01 * q) * f10 + (f00 * q + f01 * s) * f11 + k0 * k1 * r;
  });
  EXPECT_EQ(j00, f00 * p + f01 * q);
  EXPECT_EQ(j01, f00 * q + f01 * s);
  EXPECT_EQ(j01, f10 * p + f11 * q);
  // Determinant identity: det(P+) = det(P) * r / S.
  RF j11 = f10 * q + f11 * s;
  EXPECT_EQ(j00 * j11 - j01 * j01, div((p * s - q * q) * r, S));
}

TEST(RationalFunctionTest, Overflow) {
  Polynomial sum = Polynomial::constant(1);
  for (Symbol s = 0; s < 20; ++s)
    sum = sum + Polynomial::variable(s);
  RF lost = RF(sum).power(12), x = var(0);
  EXPECT_TRUE(lost.isOverflown() && lost.isLost());
  EXPECT_FALSE(lost == lost);
  EXPECT_FALSE(lost.isZero() || lost.isOne() || lost.isConstant());
  EXPECT_TRUE((lost + x).isLost());
  EXPECT_TRUE((x - lost).isLost());
  EXPECT_TRUE((lost * RF()).isLost());
  EXPECT_TRUE((-lost).isLost());
  EXPECT_TRUE(lost.inverse()->isLost());
  EXPECT_TRUE(x.divide(lost)->isLost());
  EXPECT_TRUE(x.substitute(0, lost)->isLost());
  EXPECT_FALSE(lost.evaluate([](Symbol) { return Rational(1); }).has_value());
  EXPECT_TRUE(RF::fraction(Polynomial::overflown(), sum)->isLost());
  EXPECT_TRUE(RF::fraction(sum, Polynomial::overflown())->isLost());
  EXPECT_EQ(lost.str(), "<overflown>");
  EXPECT_TRUE(lost < x);
  EXPECT_FALSE(x < lost || lost < lost);
}

TEST(RationalFunctionTest, GcdGivenUp) {
  // The common denominator of these coefficients exceeds the limit, so that no
  // gcd is computed; the value stays right.
  Polynomial wide, y = Polynomial::variable(1);
  for (int i = 0; i < 150; ++i)
    wide = wide + Polynomial::term(
                      Monomial(0, i + 1),
                      Rational::fraction(1, (1 << 20) + 2 * i + 1).value());
  ASSERT_FALSE(wide.isOverflown());
  EXPECT_TRUE(gcdBounded(wide * y, y * y + y).exhausted);
  RF unreduced = RF::fraction(wide * y, y * y + y).value();
  EXPECT_TRUE(unreduced.isOverflown());
  EXPECT_FALSE(unreduced.isLost());
  EXPECT_FALSE(unreduced.isZero());
  RF reference = RF::fraction(wide, y + Polynomial::constant(1)).value();
  EXPECT_EQ(unreduced, reference);
  EXPECT_NE(unreduced, reference + num(1));
  EXPECT_TRUE((unreduced + var(2)).isOverflown());
  EXPECT_TRUE((unreduced - reference).isZero());
  auto at = [](Symbol s) { return Rational(int(s)); };
  EXPECT_EQ(unreduced.evaluate(at).value(), Rational());
}

} // namespace
