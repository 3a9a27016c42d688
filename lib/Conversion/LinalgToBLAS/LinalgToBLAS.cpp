//===- LinalgToBLAS.cpp - matrix products as calls of BLIS ----------------===//
//
//   1. find the iterators that are rows, columns and depth of one product; all
//      others are loops;
//   2. one parallel loop over those and over blocks of rows and columns;
//   3. in it, the addresses of the blocks and the call.
//
// BLIS's own interface is called, not the BLAS one, because its sizes and
// strides are 64 bits wide and both strides of a matrix are free.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Conversion/LinalgToBLAS.h"

#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace kalmir {
#define GEN_PASS_DEF_CONVERTLINALGTOBLASPASS
#include "kalmir/Conversion/LinalgToBLAS.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

static constexpr StringLiteral kFlag = "kalmir-convert-linalg-to-blas";
/// Below so many multiplications a call costs more than the loops.
static constexpr int64_t kSmall = 4096;

namespace {
/// A contraction as products of matrices.
struct Product {
  linalg::LinalgOp op;
  /// Iterators of rows and columns, outermost first; they lie behind each other
  /// in memory. None: one row or column.
  SmallVector<unsigned> rows, columns;
  unsigned depth = 0;
  /// All other iterators.
  SmallVector<unsigned> loops;
};
} // namespace

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

static MemRefType getType(linalg::LinalgOp op, unsigned operand) {
  return cast<MemRefType>(op->getOperand(operand).getType());
}

static std::optional<unsigned> getPosition(linalg::LinalgOp op,
                                           unsigned operand, unsigned dim) {
  return op.getIndexingMapsArray()[operand].getResultPosition(
      getAffineDimExpr(dim, op.getContext()));
}

/// Whether one step along dimension `i` is a whole run along dimension i + 1.
static bool liesBehind(MemRefType type, unsigned i) {
  if (type.getLayout().isIdentity())
    return true;
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)) ||
      type.isDynamicDim(i + 1) || ShapedType::isDynamic(strides[i]) ||
      ShapedType::isDynamic(strides[i + 1]))
    return false;
  return strides[i] == strides[i + 1] * type.getDimSize(i + 1);
}

/// The innermost of `dims`, as `operand` has them, and those outside of it that
/// form one dimension with it in `operand` and in the result.
static SmallVector<unsigned> takeInnermost(linalg::LinalgOp op,
                                           unsigned operand,
                                           SmallVector<unsigned> &dims) {
  SmallVector<unsigned> group;
  llvm::sort(dims, [&](unsigned a, unsigned b) {
    return getPosition(op, operand, a) < getPosition(op, operand, b);
  });
  auto extends = [&](unsigned dim) {
    if (group.empty())
      return true;
    for (unsigned number : {operand, 2u}) {
      unsigned outer = *getPosition(op, number, dim);
      if (outer + 1 != *getPosition(op, number, group.front()) ||
          !liesBehind(getType(op, number), outer))
        return false;
    }
    return true;
  };
  while (!dims.empty() && extends(dims.back()))
    group.insert(group.begin(), dims.pop_back_val());
  return group;
}

/// Whether the body is c + a b. A contraction may also apply functions of one
/// argument to any of them.
static bool multipliesAndAdds(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  auto sum =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  auto isSum = [&](Value product, Value before) {
    auto mul = product.getDefiningOp<arith::MulFOp>();
    Value a = body->getArgument(0), b = body->getArgument(1);
    return before == body->getArgument(2) && mul &&
           ((mul.getLhs() == a && mul.getRhs() == b) ||
            (mul.getLhs() == b && mul.getRhs() == a));
  };
  return sum && (isSum(sum.getLhs(), sum.getRhs()) ||
                 isSum(sum.getRhs(), sum.getLhs()));
}

/// Fills `product` from its op, or says why it is none.
static std::string whyNotProduct(Product &product) {
  linalg::LinalgOp op = product.op;
  if (!llvm::all_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>))
    return "expected buffers as operands";
  Type type = getType(op, 0).getElementType();
  if (!type.isF32() && !type.isF64())
    return "expected elements of f32 or f64";
  for (unsigned operand : {0u, 1u, 2u}) {
    SmallVector<int64_t> strides;
    int64_t offset;
    if (getType(op, operand).getElementType() != type)
      return "expected one element type";
    if (failed(getType(op, operand).getStridesAndOffset(strides, offset)))
      return "expected strided buffers";
  }
  if (!multipliesAndAdds(op))
    return "expected a body that adds the product of its inputs";
  FailureOr<linalg::ContractionDimensions> dims =
      linalg::inferContractionDims(op);
  assert(succeeded(dims) && "a contraction has two inputs and a result");
  if (dims->batch.size() + dims->m.size() + dims->n.size() + dims->k.size() !=
      op.getNumLoops())
    return "expected each iterator in two or all of the operands";
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  int64_t multiplications = 1;
  for (int64_t extent : extents)
    if (ShapedType::isDynamic(extent) ||
        llvm::MulOverflow(multiplications, extent, multiplications))
      multiplications = std::numeric_limits<int64_t>::max();
  if (multiplications < kSmall)
    return "too small";
  if (dims->k.size() != 1)
    return "expected one contracted iterator";
  // An iterator of one iteration is none.
  auto dropUnits = [&](ArrayRef<unsigned> dims) {
    return SmallVector<unsigned>(llvm::make_filter_range(
        dims, [&](unsigned dim) { return extents[dim] != 1; }));
  };
  SmallVector<unsigned> m = dropUnits(dims->m), n = dropUnits(dims->n);
  if (m.empty() && n.empty())
    return "expected a matrix";
  product.rows = takeInnermost(op, 0, m);
  product.columns = takeInnermost(op, 1, n);
  product.depth = dims->k.front();
  product.loops = dropUnits(dims->batch);
  llvm::append_range(product.loops, m);
  llvm::append_range(product.loops, n);
  return "";
}

/// The fill with 0 of what `op` adds to, if nothing comes between them.
static linalg::FillOp getZeroFill(linalg::LinalgOp op) {
  Operation *before = op->getPrevNode();
  while (before && isMemoryEffectFree(before))
    before = before->getPrevNode();
  auto fill = dyn_cast_if_present<linalg::FillOp>(before);
  if (fill && fill.output() == op.getDpsInits().front() &&
      matchPattern(fill.value(), m_AnyZeroFloat()))
    return fill;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

namespace {

/// A buffer as an address and a distance for each iterator.
struct Matrix {
  /// In elements, and the address of element 0.
  Value address, offset;
  SmallVector<Value> strides;
};

class ProductEmitter {
public:
  ProductEmitter(const Product &product, int64_t rows, int64_t columns)
      : product(product), op(product.op), b(op.getLoc(), op), blockRows(rows),
        blockColumns(columns), type(getType(op, 0).getElementType()) {}

  /// Emits the loop; `fresh` if what was in the result does not count. Fails
  /// with an error where the library's name is taken.
  LogicalResult emit(bool fresh);

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value mul(Value x, Value y) { return b.createOrFold<arith::MulIOp>(x, y); }
  Value add(Value x, Value y) { return b.createOrFold<arith::AddIOp>(x, y); }
  /// The extent of several iterators together.
  Value getExtent(ArrayRef<unsigned> dims) {
    Value extent = constant(1);
    for (unsigned dim : dims)
      extent = mul(extent, extents[dim]);
    return extent;
  }
  FailureOr<func::FuncOp> getFunction();
  Value getNumber(double value, StringRef name);
  Value toPointer(Value address);
  Value toInt64(Value index) {
    return b.createOrFold<arith::IndexCastOp>(b.getI64Type(), index);
  }
  Matrix getMatrix(unsigned operand);
  Value getStride(const Matrix &matrix, ArrayRef<unsigned> dims) {
    return dims.empty() ? constant(1) : matrix.strides[dims.back()];
  }

  const Product &product;
  linalg::LinalgOp op;
  ImplicitLocOpBuilder b;
  int64_t blockRows, blockColumns;
  Type type;
  SmallVector<Value> extents;
};

} // namespace

/// void bli_?gemm(trans_t, trans_t, dim_t m, dim_t n, dim_t k, alpha*,
///                a*, inc_t rs, inc_t cs, b*, rs, cs, beta*, c*, rs, cs)
FailureOr<func::FuncOp> ProductEmitter::getFunction() {
  auto module = op->getParentOfType<ModuleOp>();
  StringRef name = type.isF32() ? "bli_sgemm" : "bli_dgemm";
  Type flag = b.getI32Type(), size = b.getI64Type(),
       pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto functionType = b.getFunctionType({flag, flag, size, size, size, pointer,
                                         pointer, size, size, pointer, size,
                                         size, pointer, pointer, size, size},
                                        {});
  if (Operation *found = module.lookupSymbol(name)) {
    auto function = dyn_cast<func::FuncOp>(found);
    if (function && function.isExternal() &&
        function.getFunctionType() == functionType)
      return function;
    return found->emitError("expected no symbol '")
           << name << "', which is a function of BLIS";
  }
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto function = func::FuncOp::create(b, name, functionType);
  function.setPrivate();
  return function;
}

/// The address of a constant: BLIS takes its factors by address.
Value ProductEmitter::getNumber(double value, StringRef name) {
  auto module = op->getParentOfType<ModuleOp>();
  std::string symbol =
      ("kalmir.blas." + name + (type.isF32() ? ".f32" : ".f64")).str();
  auto bufferType = MemRefType::get({}, type);
  if (!module.lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    memref::GlobalOp::create(
        b, symbol, b.getStringAttr("private"), bufferType,
        DenseElementsAttr::get(RankedTensorType::get({}, type),
                               Attribute(b.getFloatAttr(type, value))),
        /*constant=*/true, /*alignment=*/nullptr);
  }
  Value buffer = memref::GetGlobalOp::create(b, bufferType, symbol);
  return toPointer(memref::ExtractAlignedPointerAsIndexOp::create(b, buffer));
}

Value ProductEmitter::toPointer(Value address) {
  return LLVM::IntToPtrOp::create(b, LLVM::LLVMPointerType::get(b.getContext()),
                                  toInt64(address));
}

Matrix ProductEmitter::getMatrix(unsigned operand) {
  Value buffer = op->getOperand(operand);
  auto metadata = memref::ExtractStridedMetadataOp::create(b, buffer);
  Matrix matrix;
  matrix.address = memref::ExtractAlignedPointerAsIndexOp::create(b, buffer);
  matrix.offset = getValueOrCreateConstantIndexOp(
      b, b.getLoc(), metadata.getConstifiedMixedOffset());
  SmallVector<OpFoldResult> strides = metadata.getConstifiedMixedStrides();
  for (unsigned dim = 0, e = op.getNumLoops(); dim < e; ++dim) {
    std::optional<unsigned> position = getPosition(op, operand, dim);
    matrix.strides.push_back(position ? getValueOrCreateConstantIndexOp(
                                            b, b.getLoc(), strides[*position])
                                      : constant(0));
  }
  return matrix;
}

LogicalResult ProductEmitter::emit(bool fresh) {
  FailureOr<func::FuncOp> function = getFunction();
  if (failed(function))
    return failure();
  for (const Range &range : op.createLoopRanges(b, b.getLoc()))
    extents.push_back(
        getValueOrCreateConstantIndexOp(b, b.getLoc(), range.size));
  Matrix matrices[] = {getMatrix(0), getMatrix(1), getMatrix(2)};
  Value alpha = getNumber(1, "one");
  Value beta = fresh ? getNumber(0, "zero") : alpha;

  // One loop over everything, the columns of a row block fastest: threads then
  // share all of it, however few rows there are.
  Value numRows = getExtent(product.rows);
  Value numColumns = getExtent(product.columns);
  Value heights = constant(blockRows), widths = constant(blockColumns);
  SmallVector<Value> counts;
  for (unsigned dim : product.loops)
    counts.push_back(extents[dim]);
  counts.push_back(b.createOrFold<arith::CeilDivUIOp>(numRows, heights));
  counts.push_back(b.createOrFold<arith::CeilDivUIOp>(numColumns, widths));
  Value total = constant(1);
  for (Value count : counts)
    total = mul(total, count);
  auto loop = scf::ParallelOp::create(
      b, ValueRange(constant(0)), ValueRange(total), ValueRange(constant(1)));
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> index(counts.size());
  Value rest = loop.getInductionVars().front();
  for (unsigned i = counts.size(); i-- > 1;) {
    index[i] = arith::RemUIOp::create(b, rest, counts[i]);
    rest = arith::DivUIOp::create(b, rest, counts[i]);
  }
  index[0] = rest;

  unsigned numLoops = product.loops.size();
  Value row = mul(index[numLoops], heights);
  Value column = mul(index[numLoops + 1], widths);
  auto getSize = [&](Value extent, Value first, Value most) -> Value {
    return toInt64(arith::MinUIOp::create(
        b, most, arith::SubIOp::create(b, extent, first)));
  };
  Value elementBytes = constant(type.getIntOrFloatBitWidth() / 8);
  auto getBlock = [&](const Matrix &matrix, bool hasRows, bool hasColumns) {
    Value offset = matrix.offset;
    for (auto [i, dim] : llvm::enumerate(product.loops))
      offset = add(offset, mul(index[i], matrix.strides[dim]));
    if (hasRows)
      offset = add(offset, mul(row, getStride(matrix, product.rows)));
    if (hasColumns)
      offset = add(offset, mul(column, getStride(matrix, product.columns)));
    return toPointer(add(matrix.address, mul(offset, elementBytes)));
  };
  const auto &[left, right, result] = matrices;
  Value noTranspose = arith::ConstantIntOp::create(b, 0, 32);
  auto stride = [&](const Matrix &matrix, ArrayRef<unsigned> dims) {
    return toInt64(getStride(matrix, dims));
  };
  func::CallOp::create(
      b, *function,
      ValueRange{
          noTranspose, noTranspose, getSize(numRows, row, heights),
          getSize(numColumns, column, widths), toInt64(extents[product.depth]),
          alpha, getBlock(left, true, false), stride(left, product.rows),
          stride(left, product.depth), getBlock(right, false, true),
          stride(right, product.depth), stride(right, product.columns), beta,
          getBlock(result, true, true), stride(result, product.rows),
          stride(result, product.columns)});
  return success();
}

namespace {
struct ConvertLinalgToBLAS
    : public kalmir::impl::ConvertLinalgToBLASPassBase<ConvertLinalgToBLAS> {
  using ConvertLinalgToBLASPassBase::ConvertLinalgToBLASPassBase;

  void runOnOperation() override {
    if (rows < 1 || columns < 1) {
      getOperation().emitError("expected blocks of at least 1 row and 1 "
                               "column, found ")
          << static_cast<int64_t>(rows) << " and "
          << static_cast<int64_t>(columns);
      return signalPassFailure();
    }
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (op.hasPureBufferSemantics() && linalg::isaContractionOpInterface(op))
        ops.push_back(op);
    });
    for (linalg::LinalgOp op : ops) {
      Product product;
      product.op = op;
      std::string reason = whyNotProduct(product);
      if (!reason.empty()) {
        emitMissedRemark(op.getLoc(), kFlag)
            << "contraction stays loops: " + reason;
        ++numRefused;
        continue;
      }
      linalg::FillOp fill = getZeroFill(op);
      if (failed(ProductEmitter(product, rows, columns).emit(fill != nullptr)))
        return signalPassFailure();
      if (fill)
        fill.erase();
      op.erase();
      ++numConverted;
    }
  }
};
} // namespace
