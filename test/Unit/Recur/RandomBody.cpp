//===- RandomBody.cpp - random recurrences and identities -----------------===//

#include "RandomBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include <map>

using namespace mlir;
using namespace kalmir::test;

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

static ExprRef leaf(Expr::Kind kind, int number) {
  return std::make_shared<Expr>(Expr{kind, number, nullptr, nullptr});
}

static ExprRef node(Expr::Kind kind, ExprRef lhs, ExprRef rhs = nullptr) {
  return std::make_shared<Expr>(Expr{kind, 0, std::move(lhs), std::move(rhs)});
}

static ExprRef constant(int value) { return leaf(Expr::Constant, value); }

/// The sum of terms that are not null.
static ExprRef sum(const std::vector<ExprRef> &terms) {
  ExprRef total;
  for (const ExprRef &term : terms)
    if (term)
      total = total ? node(Expr::Add, total, term) : term;
  return total ? total : constant(0);
}

static unsigned countNodes(const ExprRef &expr) {
  return expr ? 1 + countNodes(expr->lhs) + countNodes(expr->rhs) : 0;
}

//===----------------------------------------------------------------------===//
// Random matrices
//===----------------------------------------------------------------------===//

ExprRef RandomBody::randomCoefficient() {
  auto input = [&] { return leaf(Expr::Input, random(numInputs)); };
  switch (random(8)) {
  case 0:
    return constant(1);
  case 1:
    return constant(2 << random(2));
  case 2:
    return node(Expr::Mul, input(), input());
  case 3:
    return node(Expr::Add, input(), constant(1));
  case 4:
    return node(Expr::Add, input(), input());
  default:
    return input();
  }
}

RandomBody::RandomBody(uint64_t seed) : generator(seed) {
  numStates = 1 + random(3);
  numInputs = 1 + random(4);
  affine = random(3) == 0;
  unsigned size = numStates + 1;
  matrix.assign(size, std::vector<ExprRef>(size));
  for (unsigned i = 0; i < size; ++i)
    for (unsigned j = 0; j < size; ++j)
      if (i == j || random(2) == 0)
        matrix[i][j] = randomCoefficient();
  if (affine)
    for (unsigned j = 0; j < size; ++j)
      matrix[numStates][j] = j == numStates ? constant(1) : nullptr;

  auto row = [&](unsigned i) {
    std::vector<ExprRef> terms;
    for (unsigned j = 0; j < size; ++j)
      if (matrix[i][j])
        terms.push_back(j == numStates ? matrix[i][j]
                                       : node(Expr::Mul, matrix[i][j],
                                              leaf(Expr::State, j)));
    return sum(terms);
  };
  for (unsigned i = 0; i < numStates; ++i)
    next.push_back(affine ? row(i) : node(Expr::Div, row(i), row(numStates)));
}

void RandomBody::breakIt() {
  ExprRef state = leaf(Expr::State, random(numStates));
  ExprRef other = leaf(Expr::State, random(numStates));
  ExprRef term =
      random(3) == 0 ? node(Expr::Tanh, state) : node(Expr::Mul, state, other);
  ExprRef &target = next[random(numStates)];
  target = node(Expr::Add, target, term);
}

//===----------------------------------------------------------------------===//
// Identities
//===----------------------------------------------------------------------===//

/// A factor that is not zero for positive inputs and states.
ExprRef RandomBody::randomScale() {
  switch (random(4)) {
  case 0:
    return node(Expr::Add, leaf(Expr::Input, random(numInputs)), constant(2));
  case 1:
    return node(Expr::Add, leaf(Expr::State, random(numStates)), constant(1));
  case 2:
    return constant(3);
  default:
    return leaf(Expr::Input, random(numInputs));
  }
}

ExprRef RandomBody::applyIdentity(const ExprRef &e) {
  ExprRef x = e->lhs, y = e->rhs;
  switch (random(8)) {
  case 0: // reorder
    if (e->kind == Expr::Add || e->kind == Expr::Mul)
      return node(e->kind, y, x);
    break;
  case 1: // distribute, or split a fraction
    if (e->kind == Expr::Mul && y->kind == Expr::Add)
      return node(Expr::Add, node(Expr::Mul, x, y->lhs),
                  node(Expr::Mul, x, y->rhs));
    if (e->kind == Expr::Div && x->kind == Expr::Add)
      return node(Expr::Add, node(Expr::Div, x->lhs, y),
                  node(Expr::Div, x->rhs, y));
    break;
  case 2: // factor
    if (e->kind == Expr::Add && x->kind == Expr::Mul && y->kind == Expr::Mul &&
        x->lhs == y->lhs)
      return node(Expr::Mul, x->lhs, node(Expr::Add, x->rhs, y->rhs));
    break;
  case 3: // scale numerator and denominator
    if (e->kind == Expr::Div) {
      ExprRef scale = randomScale();
      return node(Expr::Div, node(Expr::Mul, x, scale),
                  node(Expr::Mul, scale, y));
    }
    break;
  case 4: { // add and take away
    ExprRef extra = randomScale();
    return node(Expr::Sub, node(Expr::Add, e, extra), extra);
  }
  case 5: { // divide and multiply
    ExprRef scale = randomScale();
    return node(Expr::Mul, node(Expr::Div, e, scale), scale);
  }
  case 6: // reassociate
    if ((e->kind == Expr::Add || e->kind == Expr::Mul) && x->kind == e->kind)
      return node(e->kind, x->lhs, node(e->kind, x->rhs, y));
    break;
  default: // signs
    return node(Expr::Neg, node(Expr::Neg, e));
  }
  return e;
}

ExprRef RandomBody::rewriteAt(const ExprRef &expr, unsigned &place) {
  if (!expr)
    return expr;
  if (place-- == 0)
    return applyIdentity(expr);
  ExprRef lhs = rewriteAt(expr->lhs, place);
  ExprRef rhs =
      static_cast<int>(place) < 0 ? expr->rhs : rewriteAt(expr->rhs, place);
  if (lhs == expr->lhs && rhs == expr->rhs)
    return expr;
  return std::make_shared<Expr>(Expr{expr->kind, expr->number, lhs, rhs});
}

void RandomBody::rewrite(unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    ExprRef &target = next[random(numStates)];
    unsigned place = random(countNodes(target));
    target = rewriteAt(target, place);
  }
}

//===----------------------------------------------------------------------===//
// IR
//===----------------------------------------------------------------------===//

OwningOpRef<ModuleOp> RandomBody::build(MLIRContext *context) {
  OpBuilder b(context);
  Location loc = b.getUnknownLoc();
  OwningOpRef<ModuleOp> module(ModuleOp::create(loc));
  b.setInsertionPointToEnd(module->getBody());
  Type scalar = b.getF64Type();
  Type series = RankedTensorType::get({ShapedType::kDynamic}, scalar);
  Type point = RankedTensorType::get({}, scalar);
  SmallVector<Type> arguments(numInputs, series);
  arguments.append(numStates, point);
  arguments.append(numStates, series);
  SmallVector<Type> results(numStates, point);
  results.append(numStates, series);
  auto function = func::FuncOp::create(b, loc, "random",
                                       b.getFunctionType(arguments, results));
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  ValueRange all = entry->getArguments();

  AffineMap overTime = b.getMultiDimIdentityMap(1);
  AffineMap lane = AffineMap::get(1, 0, context);
  SmallVector<AffineMap> maps(numInputs, overTime);
  maps.append(numStates, lane);
  maps.append(numStates, overTime);
  auto op = kalmir::recur::GenericOp::create(
      b, loc, results, all.take_front(numInputs), Value(),
      all.slice(numInputs, numStates), all.take_back(numStates),
      b.getAffineMapArrayAttr(maps),
      b.getArrayAttr({kalmir::recur::IteratorTypeAttr::get(
          context, kalmir::recur::IteratorType::recurrence)}),
      /*reverse=*/false, /*strict=*/false, kalmir::recur::ScheduleAttr(),
      /*finishCount=*/0);
  func::ReturnOp::create(b, loc, op.getResults());

  SmallVector<Type> bodyTypes(numInputs + numStates, scalar);
  b.createBlock(&op.getBody(), {}, bodyTypes,
                SmallVector<Location>(bodyTypes.size(), loc));
  Block &body = op.getBody().front();
  std::map<const Expr *, Value> done;
  std::function<Value(const ExprRef &)> emit = [&](const ExprRef &e) -> Value {
    if (Value &known = done[e.get()])
      return known;
    Value x, y;
    if (e->rhs && random(2)) {
      y = emit(e->rhs);
      x = emit(e->lhs);
    } else {
      if (e->lhs)
        x = emit(e->lhs);
      if (e->rhs)
        y = emit(e->rhs);
    }
    Value result;
    switch (e->kind) {
    case Expr::Input:
      result = body.getArgument(e->number);
      break;
    case Expr::State:
      result = body.getArgument(numInputs + e->number);
      break;
    case Expr::Constant:
      result =
          arith::ConstantOp::create(b, loc, b.getFloatAttr(scalar, e->number));
      break;
    case Expr::Add:
      result = arith::AddFOp::create(b, loc, x, y);
      break;
    case Expr::Sub:
      result = arith::SubFOp::create(b, loc, x, y);
      break;
    case Expr::Mul:
      result = arith::MulFOp::create(b, loc, x, y);
      break;
    case Expr::Div:
      result = arith::DivFOp::create(b, loc, x, y);
      break;
    case Expr::Neg:
      result = arith::NegFOp::create(b, loc, x);
      break;
    case Expr::Tanh:
      result = math::TanhOp::create(b, loc, x);
      break;
    }
    return done[e.get()] = result;
  };
  SmallVector<Value> values;
  for (const ExprRef &e : next)
    values.push_back(emit(e));
  kalmir::recur::YieldOp::create(b, loc, values, values);
  return module;
}

//===----------------------------------------------------------------------===//
// The element's size by numbers alone
//===----------------------------------------------------------------------===//

namespace {
/// Arithmetic modulo 2^61 - 1.
struct Residue {
  static constexpr uint64_t prime = (uint64_t(1) << 61) - 1;
  uint64_t value = 0;
  Residue operator+(Residue o) const { return {(value + o.value) % prime}; }
  Residue operator-(Residue o) const {
    return {(value + prime - o.value) % prime};
  }
  Residue operator*(Residue o) const {
    return {static_cast<uint64_t>((unsigned __int128)value * o.value % prime)};
  }
  Residue inverse() const {
    Residue result{1}, base = *this;
    for (uint64_t e = prime - 2; e; e >>= 1, base = base * base)
      if (e & 1)
        result = result * base;
    return result;
  }
};
using ResidueVector = std::vector<Residue>;

/// A span in echelon form.
struct ResidueSpan {
  std::map<size_t, ResidueVector> rows;
  bool insert(ResidueVector v) {
    for (size_t i = 0; i < v.size(); ++i) {
      if (v[i].value == 0)
        continue;
      auto row = rows.find(i);
      if (row == rows.end()) {
        Residue inverse = v[i].inverse();
        for (Residue &x : v)
          x = x * inverse;
        rows[i] = v;
        return true;
      }
      Residue factor = v[i];
      for (size_t j = 0; j < v.size(); ++j)
        v[j] = v[j] - factor * row->second[j];
    }
    return false;
  }
};
} // namespace

static Residue evaluate(const ExprRef &e, const std::vector<Residue> &inputs) {
  if (!e)
    return {0};
  switch (e->kind) {
  case Expr::Input:
    return inputs[e->number];
  case Expr::Constant:
    return {static_cast<uint64_t>(e->number)};
  case Expr::Add:
    return evaluate(e->lhs, inputs) + evaluate(e->rhs, inputs);
  default:
    return evaluate(e->lhs, inputs) * evaluate(e->rhs, inputs);
  }
}

bool RandomBody::isConnected() const {
  std::vector<unsigned> group(numStates);
  for (unsigned i = 0; i < numStates; ++i)
    group[i] = i;
  auto join = [&](unsigned i, unsigned j) {
    unsigned from = group[i], to = group[j];
    for (unsigned &g : group)
      g = g == from ? to : g;
  };
  for (unsigned i = 0; i < numStates; ++i)
    for (unsigned j = 0; j < numStates; ++j)
      if (matrix[i][j])
        join(i, j);
  return llvm::all_of(group, [&](unsigned g) { return g == group.front(); });
}

unsigned RandomBody::getElementSize() {
  unsigned size = numStates + 1;
  // A state in the denominator links all states that change; where such a link
  // is the only one, the parts may still fall apart, so leave those out.
  if (!isConnected())
    return 0;
  bool statesBelow = false;
  for (unsigned j = 0; j < numStates; ++j)
    statesBelow |= matrix[numStates][j] != nullptr;
  // A denominator without states divides out unless it may cancel: leave out.
  if (!affine && !statesBelow)
    return 0;
  auto instance = [&] {
    std::vector<Residue> inputs(numInputs);
    for (Residue &input : inputs)
      input = {generator() % Residue::prime};
    ResidueVector v{{affine ? uint64_t(1) : uint64_t(0)}};
    for (auto &row : matrix)
      for (const ExprRef &entry : row)
        v.push_back(evaluate(entry, inputs));
    return v;
  };
  auto multiply = [&](const ResidueVector &l, const ResidueVector &r) {
    ResidueVector product(l.size());
    product[0] = l[0] * r[0];
    for (unsigned i = 0; i < size; ++i)
      for (unsigned j = 0; j < size; ++j)
        for (unsigned k = 0; k < size; ++k)
          product[1 + i * size + j] = product[1 + i * size + j] +
                                      l[1 + i * size + k] * r[1 + k * size + j];
    return product;
  };
  // A matrix that is singular everywhere may reduce to something smaller.
  ResidueSpan rank;
  ResidueVector sample = instance();
  for (unsigned i = 0; i < size; ++i)
    if (!rank.insert(ResidueVector(sample.begin() + 1 + i * size,
                                   sample.begin() + 1 + (i + 1) * size)))
      return 0;
  ResidueSpan span;
  ResidueVector identity(1 + size * size);
  identity[0] = {affine ? uint64_t(1) : uint64_t(0)};
  for (unsigned i = 0; i < size; ++i)
    identity[1 + i * size + i] = {1};
  span.insert(identity);
  // Products of random instances reach the whole algebra.
  std::vector<ResidueVector> words{identity};
  for (unsigned round = 0; round < 60; ++round) {
    ResidueVector word = multiply(words[random(words.size())], instance());
    span.insert(word);
    words.push_back(std::move(word));
  }
  return span.rows.size() - (affine ? 1 : 0);
}
