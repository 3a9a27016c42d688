//===- PolynomialTest.cpp - Tests of exact polynomials ----------*- C++ -*-===//
//
// Ring axioms, division, gcd and limits of kalmir::analysis::Polynomial on
// fixed-seed random input. Example: gcd(f*g, f*h) is checked to be f times
// gcd(g, h).
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/Polynomial.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <chrono>
#include <random>

using namespace kalmir::analysis;

namespace {

Polynomial var(Symbol s) { return Polynomial::variable(s); }
Polynomial num(int64_t n, int64_t d = 1) {
  return Polynomial::constant(Rational::fraction(n, d).value());
}

class Random {
public:
  explicit Random(unsigned seed) : engine(seed) {}
  int pick(int low, int high) { // portable, unlike std distributions
    return low + int(engine() % unsigned(high - low + 1));
  }
  Polynomial polynomial(unsigned numVars, unsigned numTerms, unsigned degree,
                        bool fractions = false) {
    std::vector<Polynomial::Term> terms;
    for (unsigned i = 0; i < numTerms; ++i) {
      Monomial m;
      for (unsigned d = pick(0, degree); d > 0; --d)
        m = m * Monomial(pick(0, numVars - 1));
      terms.push_back(
          {m, Rational::fraction(pick(-9, 9), fractions ? pick(1, 6) : 1)
                  .value()});
    }
    return Polynomial::fromTerms(std::move(terms));
  }

private:
  std::mt19937 engine;
};

template <typename F>
void report(const char *what, F &&body) {
  auto begin = std::chrono::steady_clock::now();
  body();
  std::chrono::duration<double, std::micro> took =
      std::chrono::steady_clock::now() - begin;
  llvm::outs() << "[ timing   ] " << what << ": " << int64_t(took.count())
               << " us\n";
}

TEST(RationalTest, Canonical) {
  Rational half = Rational::fraction(2, 4).value();
  EXPECT_EQ(half, Rational::fraction(-1, -2).value());
  EXPECT_EQ(half + half, Rational(1));
  EXPECT_FALSE(Rational::fraction(1, 0).has_value());
  EXPECT_FALSE(half.divide(Rational()).has_value());
  EXPECT_TRUE(Rational::fraction(-1, 3).value() < Rational());
  Rational minimum(std::numeric_limits<int64_t>::min());
  EXPECT_EQ(-(-minimum), minimum);
  EXPECT_EQ(minimum.divide(Rational(-1)).value(), -minimum);
  // A value that was large on the way hashes like one that never was.
  Rational big(int64_t(1) << 62);
  for (int i = 0; i < 4; ++i)
    big = big * big;
  Rational back = (big + Rational(7)) - big;
  EXPECT_EQ(back, Rational(7));
  EXPECT_EQ(hash_value(back), hash_value(Rational(7)));
  Rational other = big * big;
  other = other.divide(big).value();
  EXPECT_EQ(other, big);
  EXPECT_EQ(hash_value(other), hash_value(big));
}

TEST(RationalTest, FromFloat) {
  EXPECT_EQ(Rational::fromFloat(llvm::APFloat(0.1f)).value(),
            Rational::fraction(13421773, 134217728).value());
  EXPECT_EQ(Rational::fromFloat(llvm::APFloat(-1.5)).value(),
            Rational::fraction(-3, 2).value());
  EXPECT_EQ(Rational::fromFloat(llvm::APFloat(-0.0)).value(), Rational());
  EXPECT_EQ(Rational::fromFloat(llvm::APFloat(1e6)).value(), Rational(1000000));
  for (double value : {1e-310, 4.9e-324, 1.7976931348623157e308, 0.1, 1e22})
    EXPECT_DOUBLE_EQ(
        Rational::fromFloat(llvm::APFloat(value)).value().toDouble(), value);
  const llvm::fltSemantics &f32 = llvm::APFloat::IEEEsingle();
  EXPECT_FALSE(Rational::fromFloat(llvm::APFloat::getInf(f32)).has_value());
  EXPECT_FALSE(Rational::fromFloat(llvm::APFloat::getNaN(f32)).has_value());
  llvm::APFloat bf(llvm::APFloat::BFloat(), "3.140625");
  EXPECT_EQ(Rational::fromFloat(bf).value(),
            Rational::fraction(201, 64).value());
}

TEST(PolynomialTest, RingAxioms) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    Polynomial a = random.polynomial(4, 8, 4, true);
    Polynomial b = random.polynomial(4, 8, 4, true);
    Polynomial c = random.polynomial(4, 8, 4, true);
    EXPECT_EQ(a + b, b + a);
    EXPECT_EQ(a * b, b * a);
    EXPECT_EQ((a + b) + c, a + (b + c));
    EXPECT_EQ((a * b) * c, a * (b * c));
    EXPECT_EQ(a * (b + c), a * b + a * c);
    EXPECT_TRUE((a - a).isZero());
    EXPECT_EQ(a + num(0), a);
    EXPECT_EQ(a * num(1), a);
    EXPECT_EQ(-(-a), a);
    EXPECT_EQ(hash_value(a * b), hash_value(b * a));
    EXPECT_EQ(a.power(3), a * a * a);
    EXPECT_FALSE(a < a);
    if (a != b) {
      EXPECT_NE(a < b, b < a);
    }
    if (!b.isZero()) {
      EXPECT_EQ((a * b).divideExactly(b).value(), a);
      if (!b.isConstant()) {
        EXPECT_FALSE((a * b + num(1)).divideExactly(b).has_value());
      }
    }
    EXPECT_EQ((a * b).derivative(1), a.derivative(1) * b + a * b.derivative(1));
    EXPECT_EQ((a * b).substitute(0, c),
              a.substitute(0, c) * b.substitute(0, c));
  }
}

TEST(PolynomialTest, Structure) {
  Polynomial x = var(0), y = var(1), z = var(2);
  Polynomial p = num(3, 2) * x * x * y - x * z + num(5);
  EXPECT_EQ(p.str(), "3/2*s0^2*s1 - s0*s2 + 5");
  EXPECT_EQ(Polynomial().str(), "0");
  EXPECT_EQ(p.degree(0), 2u);
  EXPECT_EQ(p.degree(7), 0u);
  EXPECT_EQ(p.totalDegree(), 3u);
  EXPECT_EQ(p.totalDegreeIn([](Symbol s) { return s != 0; }), 1u);
  EXPECT_EQ(p.symbols(), (llvm::SmallVector<Symbol>{0, 1, 2}));
  EXPECT_EQ(p.coefficient(0, 2), num(3, 2) * y);
  EXPECT_EQ(p.coefficient(0, 0), num(5));
  EXPECT_TRUE(p.coefficient(0, 9).isZero());
  auto parts = p.collect([](Symbol s) { return s == 0; });
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts.at(Monomial(0)), -z);
  EXPECT_EQ(parts.at(Monomial()), num(5));
  EXPECT_EQ(p.getConstant(), Rational(5));
  EXPECT_EQ(p.content(), Rational::fraction(1, 2).value());
  EXPECT_EQ((-p).primitivePart(), num(2) * p);
  EXPECT_EQ((x * x * y + x * y * y).monomialContent(),
            Monomial(0) * Monomial(1));
  EXPECT_FALSE(x.divideExactly(Polynomial()).has_value());
  EXPECT_FALSE(x.divideExactly(y).has_value());
  EXPECT_TRUE(Polynomial().divideExactly(x)->isZero());
  auto at = [](Symbol s) { return Rational(int(s) + 2); };
  auto same = [](const Rational &c) { return c; };
  EXPECT_EQ(p.evaluate<Rational>(at, same), Rational(15)); // 18 - 8 + 5
  EXPECT_EQ(Polynomial().evaluate<Rational>(at, same), Rational());
}

void expectGcd(const Polynomial &f, const Polynomial &g, const Polynomial &h) {
  Polynomial a = f * g, b = f * h;
  GcdResult result = gcdBounded(a, b);
  ASSERT_FALSE(result.exhausted);
  if (a.isZero() && b.isZero())
    return;
  EXPECT_EQ(result.gcd, (f.primitivePart() * gcd(g, h)).primitivePart())
      << f.str() << " | " << g.str() << " | " << h.str();
  EXPECT_TRUE(a.divideExactly(result.gcd).has_value());
  EXPECT_TRUE(b.divideExactly(result.gcd).has_value());
  EXPECT_EQ(result.gcd, gcd(b, a));
  std::optional<Polynomial> ra = a.divideExactly(result.gcd);
  std::optional<Polynomial> rb = b.divideExactly(result.gcd);
  EXPECT_TRUE(gcd(*ra, *rb).isOne() || ra->isZero() || rb->isZero());
}

TEST(PolynomialGcdTest, Small) {
  Polynomial x = var(0), y = var(1), z = var(2);
  EXPECT_EQ(gcd(num(6) * x * x * y - num(6) * y, num(4) * x * y + num(4) * y),
            x * y + y);
  EXPECT_TRUE(gcd(Polynomial(), Polynomial()).isZero());
  EXPECT_EQ(gcd(Polynomial(), num(-2) * x), x);
  EXPECT_TRUE(gcd(num(4), num(6)).isOne());
  EXPECT_TRUE(gcd(x + num(1), y + num(1)).isOne());
  EXPECT_TRUE(gcd(x * y + num(1), x + y).isOne());
  EXPECT_EQ(lcm(x * y, y * z), x * y * z);
  EXPECT_TRUE(lcm(x, Polynomial()).isZero());
  // Content in the main symbol, non-monic and square factors.
  expectGcd((y + z) * (num(2) * x + y), x + num(1), x * y + z);
  expectGcd((num(2) * x * y + num(3)) * (num(2) * x * y + num(3)),
            num(2) * x * y + num(3), x + y + z);
  expectGcd(x.power(40) - y.power(40), x + num(2), y - num(2));
  expectGcd(x.power(12) + num(1), x - num(1), x + num(3));
}

TEST(PolynomialGcdTest, RandomProducts) {
  Random random(2);
  for (int i = 0; i < 150; ++i) {
    unsigned vars = random.pick(1, 6), degree = random.pick(1, 4);
    expectGcd(random.polynomial(vars, random.pick(1, 7), degree, i % 2),
              random.polynomial(vars, random.pick(1, 7), degree, i % 2),
              random.polynomial(vars, random.pick(1, 7), degree));
  }
}

TEST(PolynomialGcdTest, ManyVariables) {
  Random random(3);
  for (int i = 0; i < 4; ++i) {
    Polynomial f = random.polynomial(12, 10, 4) + var(3) * var(11);
    Polynomial g = random.polynomial(12, 10, 4) + var(2);
    Polynomial h = random.polynomial(12, 10, 4) + var(5);
    report("gcd, 12 symbols, ~100 x ~100 terms, 10 common",
           [&] { gcd(f * g, f * h); });
    report("same, coprime", [&] { gcd(f * g, h * h + num(1)); });
    expectGcd(f, g, h);
  }
  Polynomial f = random.polynomial(20, 60, 5) + var(19);
  Polynomial g = random.polynomial(20, 8, 4) + var(1);
  Polynomial h = random.polynomial(20, 8, 4) + var(4);
  report("gcd, 20 symbols, 60 terms common", [&] { expectGcd(f, g, h); });
}

TEST(PolynomialGcdTest, BigCoefficients) {
  Rational tenth = Rational::fromFloat(llvm::APFloat(0.1f)).value();
  Rational third = Rational::fromFloat(llvm::APFloat(1.0 / 3)).value();
  Polynomial x = var(0), y = var(1), z = var(2);
  Polynomial f = x.scale(tenth) * y + z.scale(third) + num(1);
  Polynomial g = (x + y.scale(tenth)).power(3) - z;
  Polynomial h = (z - y.scale(third)).power(3) + x.scale(tenth);
  expectGcd(f, g, h);
  expectGcd(f.power(3), g, h);
  Rational tiny = Rational::fromFloat(llvm::APFloat(1e-300)).value();
  expectGcd(f + x.scale(tiny), g, h);
}

TEST(PolynomialLimitTest, OverflowPoisons) {
  Polynomial sum = num(1);
  for (Symbol s = 0; s < 20; ++s)
    sum = sum + var(s);
  Polynomial big = sum.power(12);
  EXPECT_TRUE(big.isOverflown());
  EXPECT_FALSE(big == big);
  EXPECT_FALSE(big.isZero() || big.isConstant() || big.isOne());
  EXPECT_TRUE((big + sum).isOverflown());
  EXPECT_TRUE((big * Polynomial()).isOverflown());
  EXPECT_TRUE((-big).isOverflown());
  EXPECT_TRUE(big.scale(0).isOverflown());
  EXPECT_TRUE(big.substitute(0, sum).isOverflown());
  EXPECT_TRUE(sum.substitute(0, big).isOverflown());
  EXPECT_TRUE(big.coefficient(0, 0).isOverflown());
  EXPECT_TRUE(big.derivative(0).isOverflown());
  EXPECT_FALSE(big.divideExactly(sum).has_value());
  EXPECT_FALSE(sum.divideExactly(big).has_value());
  EXPECT_TRUE(gcdBounded(big, sum).exhausted);
  EXPECT_TRUE(lcm(big, sum).isOverflown());
  EXPECT_EQ(big.str(), "<overflown>");
  EXPECT_TRUE(big < sum);
  EXPECT_FALSE(sum < big || big < big);
  EXPECT_TRUE(var(0).power(4000000000u).isOverflown());
  EXPECT_TRUE(num(3).power(1u << 30).isOverflown());
  EXPECT_TRUE(var(0).power(1000).substitute(0, sum).isOverflown());
  // Sums of unlike fractions stop growing as well.
  Polynomial fractions;
  for (int64_t p = (1 << 20) + 1; p < (1 << 20) + 2000; p += 2)
    fractions = fractions + num(1, p);
  EXPECT_TRUE(fractions.isOverflown());
}

TEST(PolynomialLimitTest, GcdBudget) {
  Random random(4);
  Polynomial f = random.polynomial(8, 20, 5) + var(3);
  Polynomial g = random.polynomial(8, 20, 5) + var(2);
  Polynomial h = random.polynomial(8, 20, 5) + var(5);
  for (uint64_t work = 0; work < 20000000; work = work * 4 + 100) {
    GcdResult result = gcdBounded(f * g, f * h, work);
    if (result.exhausted) {
      EXPECT_TRUE(result.gcd.isOne());
    } else {
      EXPECT_EQ(result.gcd, f.primitivePart());
    }
  }
  // Dense and large: must come back soon, with or without an answer.
  Polynomial dense = num(1);
  for (Symbol s = 0; s < 5; ++s)
    dense = dense + var(s);
  Polynomial a = dense.power(7), b = (dense + num(3)).power(4);
  Polynomial c = (dense + var(0)).power(4);
  report("dense gcd, 792-term common factor", [&] {
    GcdResult result = gcdBounded(a * b, a * c);
    llvm::outs() << "exhausted: " << result.exhausted << "\n";
    if (!result.exhausted) {
      EXPECT_EQ(result.gcd, a);
    }
  });
}

TEST(PolynomialTimingTest, Arithmetic) {
  Random random(5);
  Polynomial a = random.polynomial(8, 100, 8), b = random.polynomial(8, 100, 8);
  Polynomial product;
  report("100 x 100 terms product", [&] { product = a * b; });
  report("its exact division", [&] { product.divideExactly(b); });
}

} // namespace
