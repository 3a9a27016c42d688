//===- LaunchKernels.cpp - launches as calls of the runtime ---------------===//
//
//   @k.image     the PTX of gpu.binary @k
//   @k.kernel    { image, its bytes, name of the entry, state of the runtime }
//
//   gpu.launch_func @k::@f blocks in (...) threads in (...) args(...)
//     ->  params[i] = the arguments, 8 bytes each
//         kalmir_rt_launch(@k.kernel, grid, block, shared, params, count)
//
// The layouts are those of kalmir/runtime.h.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace kalmir {
#define GEN_PASS_DEF_LAUNCHKERNELSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

static constexpr StringLiteral kLaunch = "kalmir_rt_launch";

namespace {
class Launcher {
public:
  explicit Launcher(ModuleOp module) : module(module) {
    MLIRContext *context = module.getContext();
    ptr = LLVM::LLVMPointerType::get(context);
    i64 = IntegerType::get(context, 64);
  }

  /// The descriptor of a kernel, or null after a diagnostic.
  LLVM::GlobalOp getDescriptor(gpu::BinaryOp binary, StringRef kernel);
  LogicalResult convert(gpu::LaunchFuncOp launch);

private:
  LLVM::GlobalOp createText(OpBuilder &b, Location loc, Twine name,
                            StringRef text);
  func::FuncOp getRuntime();
  Value getSlot(ImplicitLocOpBuilder &b, Value operand);

  ModuleOp module;
  Type ptr, i64;
};
} // namespace

LLVM::GlobalOp Launcher::createText(OpBuilder &b, Location loc, Twine name,
                                    StringRef text) {
  std::string bytes = text.str();
  bytes.push_back('\0');
  return LLVM::GlobalOp::create(
      b, loc, LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size()),
      /*isConstant=*/true, LLVM::Linkage::Internal, name.str(),
      b.getStringAttr(bytes));
}

LLVM::GlobalOp Launcher::getDescriptor(gpu::BinaryOp binary, StringRef kernel) {
  std::string name = (binary.getName() + "." + kernel).str();
  if (auto known = module.lookupSymbol<LLVM::GlobalOp>(name + ".kernel"))
    return known;
  if (binary.getObjects().size() != 1) {
    binary.emitOpError("expected one object, found ")
        << binary.getObjects().size();
    return {};
  }
  auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
  StringRef ptx = object.getObject().getValue();
  Location loc = binary.getLoc();
  OpBuilder b(binary);
  LLVM::GlobalOp image = createText(b, loc, name + ".image", ptx);
  LLVM::GlobalOp label = createText(b, loc, name + ".name", kernel);
  Type type =
      LLVM::LLVMStructType::getLiteral(b.getContext(), {ptr, i64, ptr, ptr});
  auto descriptor =
      LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/false,
                             LLVM::Linkage::Internal, name + ".kernel", {});
  b.createBlock(&descriptor.getInitializerRegion());
  Value value = LLVM::UndefOp::create(b, loc, type);
  auto insert = [&](Value member, int64_t position) {
    value = LLVM::InsertValueOp::create(b, loc, value, member, position);
  };
  insert(LLVM::AddressOfOp::create(b, loc, image), 0);
  insert(LLVM::ConstantOp::create(b, loc, i64, int64_t(ptx.size()) + 1), 1);
  insert(LLVM::AddressOfOp::create(b, loc, label), 2);
  insert(LLVM::ZeroOp::create(b, loc, ptr), 3);
  LLVM::ReturnOp::create(b, loc, value);
  return descriptor;
}

func::FuncOp Launcher::getRuntime() {
  if (auto known = module.lookupSymbol<func::FuncOp>(kLaunch))
    return known;
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  SmallVector<Type> types{ptr};
  types.append(7, i64);
  types.append({ptr, i64});
  auto function = func::FuncOp::create(b, module.getLoc(), kLaunch,
                                       b.getFunctionType(types, {}));
  function.setPrivate();
  return function;
}

/// An argument as it stands in its slot, or null after a diagnostic.
Value Launcher::getSlot(ImplicitLocOpBuilder &b, Value operand) {
  Type type = operand.getType();
  if (isa<LLVM::LLVMPointerType>(type))
    return LLVM::PtrToIntOp::create(b, i64, operand);
  if (type.isIndex())
    return arith::IndexCastOp::create(b, i64, operand);
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() > 64) {
    emitError(b.getLoc()) << "expected arguments of kernels to be numbers of "
                             "at most 64 bits and pointers, found "
                          << type;
    return {};
  }
  if (isa<FloatType>(type)) {
    type = b.getIntegerType(type.getIntOrFloatBitWidth());
    operand = arith::BitcastOp::create(b, type, operand);
  }
  if (type.getIntOrFloatBitWidth() < 64)
    operand = arith::ExtUIOp::create(b, i64, operand);
  return operand;
}

LogicalResult Launcher::convert(gpu::LaunchFuncOp launch) {
  auto binary =
      module.lookupSymbol<gpu::BinaryOp>(launch.getKernelModuleName());
  if (!binary)
    return launch.emitOpError("expected a kernel in a gpu.binary, found '")
           << launch.getKernelModuleName().getValue() << "'";
  LLVM::GlobalOp descriptor =
      getDescriptor(binary, launch.getKernelName().getValue());
  if (!descriptor)
    return failure();
  ImplicitLocOpBuilder b(launch.getLoc(), launch);
  SmallVector<Value> params;
  for (Value operand : launch.getKernelOperands()) {
    params.push_back(getSlot(b, operand));
    if (!params.back())
      return failure();
  }

  auto constant = [&](int64_t value) -> Value {
    return LLVM::ConstantOp::create(b, i64, value);
  };
  Value count = constant(params.size());
  Value array;
  {
    // Once for the function: launches may stand in loops.
    OpBuilder::InsertionGuard guard(b);
    auto function = launch->getParentOfType<func::FuncOp>();
    b.setInsertionPointToStart(&function.getBody().front());
    array = LLVM::AllocaOp::create(
        b, ptr, i64, constant(std::max<int64_t>(1, params.size())));
  }
  for (auto [i, param] : llvm::enumerate(params))
    LLVM::StoreOp::create(
        b, param,
        LLVM::GEPOp::create(b, ptr, i64, array,
                            LLVM::GEPArg(static_cast<int32_t>(i))));
  SmallVector<Value> operands{LLVM::AddressOfOp::create(b, descriptor)};
  gpu::KernelDim3 grid = launch.getGridSizeOperandValues();
  gpu::KernelDim3 block = launch.getBlockSizeOperandValues();
  for (Value size : {grid.x, grid.y, grid.z, block.x, block.y, block.z})
    operands.push_back(arith::IndexCastOp::create(b, i64, size));
  Value shared = launch.getDynamicSharedMemorySize();
  operands.push_back(shared ? arith::ExtUIOp::create(b, i64, shared).getResult()
                            : constant(0));
  operands.append({array, count});
  func::CallOp::create(b, getRuntime(), operands);
  launch.erase();
  return success();
}

/// Host code that reads or writes memory of the device.
static LogicalResult checkHostCode(ModuleOp module) {
  WalkResult result = module.walk([&](Operation *op) {
    if (!isa<memref::LoadOp, memref::StoreOp, memref::CopyOp, vector::LoadOp,
             vector::StoreOp, vector::TransferReadOp, vector::TransferWriteOp>(
            op))
      return WalkResult::advance();
    op->emitOpError("expected memory of the device to be touched by kernels "
                    "only");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

namespace {
struct LaunchKernels
    : public kalmir::impl::LaunchKernelsPassBase<LaunchKernels> {
  void runOnOperation() override {
    SmallVector<gpu::LaunchFuncOp> launches;
    getOperation().walk(
        [&](gpu::LaunchFuncOp launch) { launches.push_back(launch); });
    if (!launches.empty() && failed(checkHostCode(getOperation())))
      return signalPassFailure();
    Launcher launcher(getOperation());
    for (gpu::LaunchFuncOp launch : launches)
      if (failed(launcher.convert(launch)))
        return signalPassFailure();
    for (auto binary :
         llvm::make_early_inc_range(getOperation().getOps<gpu::BinaryOp>()))
      binary.erase();
    getOperation()->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  }
};
} // namespace
