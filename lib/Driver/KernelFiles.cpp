//===- KernelFiles.cpp - kernels as files of their own --------------------===//

#include "KernelFiles.h"

#include "Artefact.h"

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Target/CUDA/Assemble.h"
#include "kalmir/Target/CUDA/HostProgram.h"
#include "kalmir/Target/CUDA/Toolkit.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace kalmir;
namespace json = llvm::json;
using llvm::createStringError;
using llvm::Error;

/// A diagnostic was emitted; this says what it means.
static Error createError(const CompileOptions &options) {
  return createStringError("no kernels for '" + options.input + "'");
}

static std::string print(json::Value value) {
  return llvm::formatv("{0:2}\n", std::move(value));
}

/// The name that Triton's signatures have for a parameter, or "".
static StringRef getTypeName(Type type) {
  if (isa<LLVM::LLVMPointerType>(type))
    return "*i8";
  if (type.isInteger(32))
    return "i32";
  if (type.isInteger(64))
    return "i64";
  if (type.isF32())
    return "fp32";
  return "";
}

namespace {
/// A kernel and what all its launches have in common.
struct Kernel {
  gpu::BinaryOp binary = nullptr;
  std::string symbol;
  StringRef chip;
  StringRef ptx;
  int64_t block[3] = {0, 0, 0};
  /// Bytes of dynamic shared memory, if constant.
  std::optional<int64_t> shared = 0;
  SmallVector<StringRef> parameters;
};
} // namespace

static std::optional<int64_t> getConstant(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant.getSExtValue();
}

static LogicalResult describe(gpu::LaunchFuncOp launch, Kernel &kernel) {
  bool isFirst = kernel.symbol.empty();
  kernel.symbol = launch.getKernelName().getValue();
  gpu::KernelDim3 sizes = launch.getBlockSizeOperandValues();
  for (auto [size, known] :
       llvm::zip_equal(std::array{sizes.x, sizes.y, sizes.z}, kernel.block)) {
    std::optional<int64_t> constant = getConstant(size);
    if (!constant || (!isFirst && *constant != known))
      return emitError(launch.getLoc())
             << "expected the same constant block in all launches of kernel '"
             << kernel.binary.getName() << "'";
    known = *constant;
  }
  std::optional<int64_t> shared = 0;
  if (Value size = launch.getDynamicSharedMemorySize())
    shared = getConstant(size);
  if (isFirst || shared == kernel.shared)
    kernel.shared = shared;
  else
    kernel.shared = std::nullopt;
  if (!isFirst)
    return success();
  for (Value operand : launch.getKernelOperands()) {
    kernel.parameters.push_back(getTypeName(operand.getType()));
    if (kernel.parameters.back().empty())
      return emitError(launch.getLoc())
             << "expected parameters of kernel '" << kernel.binary.getName()
             << "' to be pointers, i32, i64 and f32, found "
             << operand.getType();
  }
  return success();
}

static FailureOr<SmallVector<Kernel>> findKernels(ModuleOp module) {
  llvm::MapVector<StringRef, Kernel> kernels;
  for (auto binary : module.getOps<gpu::BinaryOp>()) {
    auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
    Kernel &kernel = kernels[binary.getName()];
    kernel.binary = binary;
    kernel.chip = cast<NVVM::NVVMTargetAttr>(object.getTarget()).getChip();
    kernel.ptx = object.getObject().getValue();
  }
  WalkResult result = module.walk([&](gpu::LaunchFuncOp launch) {
    Kernel &kernel = kernels[launch.getKernelModuleName().getValue()];
    return WalkResult(describe(launch, kernel));
  });
  if (result.wasInterrupted())
    return failure();
  SmallVector<Kernel> list;
  for (auto &[name, kernel] : kernels)
    // What nothing launches, no file is needed for.
    if (!kernel.symbol.empty())
      list.push_back(std::move(kernel));
  return std::move(list);
}

/// What triton.compiler.compiler.CompiledKernel of Triton 3.6 reads.
static FailureOr<json::Object> describeForTriton(const Kernel &kernel) {
  gpu::BinaryOp binary = kernel.binary;
  if (kernel.block[0] % 32 != 0 || kernel.block[1] != 1 || kernel.block[2] != 1)
    return binary.emitError("expected blocks of whole warps in one dimension "
                            "for Triton, found ")
           << kernel.block[0] << " x " << kernel.block[1] << " x "
           << kernel.block[2] << " threads";
  if (!kernel.shared)
    return emitError(binary.getLoc())
           << "expected as much shared memory in every launch of kernel '"
           << binary.getName() << "' for Triton";
  int64_t number = 0;
  kernel.chip.drop_front(3)
      .take_while([](char c) { return llvm::isDigit(c); })
      .getAsInteger(10, number);
  return json::Object{
      {"name", kernel.symbol},
      {"target",
       json::Object{{"backend", "cuda"}, {"arch", number}, {"warp_size", 32}}},
      {"num_warps", kernel.block[0] / 32},
      {"num_ctas", 1},
      {"shared", *kernel.shared},
      {"tmem_size", 0},
      {"global_scratch_size", 0},
      {"global_scratch_align", 1},
      {"profile_scratch_size", 0},
      {"profile_scratch_align", 1},
      {"launch_cooperative_grid", false},
      {"launch_pdl", false},
      {"kalmir_signature", json::Array(kernel.parameters)},
  };
}

static json::Object describeArgument(ArgumentAttr argument) {
  json::Array dims;
  for (int64_t dim : argument.getDims().asArrayRef())
    if (dim >= 0)
      dims.push_back(dim);
    else
      dims.push_back("n" + std::to_string(-(dim + 1)));
  std::string type;
  llvm::raw_string_ostream(type) << argument.getElementType();
  return json::Object{{"name", argument.getName().getValue()},
                      {"type", type},
                      {"shape", std::move(dims)}};
}

static FailureOr<json::Object> describeEntry(ModuleOp module,
                                             func::FuncOp function) {
  EntryAttr entry = getEntry(function);
  json::Object result;
  for (auto [key, list] : {std::pair("inputs", entry.getInputs()),
                           std::pair("outputs", entry.getOutputs())}) {
    json::Array arguments;
    for (auto argument : list.getAsRange<ArgumentAttr>())
      arguments.push_back(describeArgument(argument));
    result[key] = std::move(arguments);
  }
  FailureOr<cuda::HostProgram> steps =
      cuda::toHostProgram(function, /*hasWorkspace=*/true);
  if (failed(steps))
    return failure();
  result["steps"] = std::move(steps->steps);
  for (StringRef what : {"shapes", "workspace"}) {
    auto helper = module.lookupSymbol<func::FuncOp>(
        getHelperName(function.getName(), what));
    FailureOr<cuda::HostProgram> program =
        cuda::toHostProgram(helper, /*hasWorkspace=*/false);
    if (failed(program))
      return failure();
    result[what] = json::Object{{"steps", std::move(program->steps)},
                                {"results", std::move(program->results)}};
  }
  return std::move(result);
}

static Error createPtxasError(const CompileOptions &options) {
  return createStringError(
      "machine code needs NVIDIA's assembler: expected bin/ptxas in " +
      llvm::join(options.toolkits, ", ") +
      (options.hasCudaPath ? "" : ", or ptxas on the PATH") +
      "; --cuda-path or $CUDA_HOME says where CUDA is, and --emit=ptx needs "
      "none");
}

static Error writeIn(const CompileOptions &options, const Twine &name,
                     StringRef content) {
  SmallString<128> path(options.output);
  llvm::sys::path::append(path, name);
  return writeFile(path, content);
}

Error kalmir::writeKernelFiles(ModuleOp module, const CompileOptions &options) {
  bool wantsCubin = options.emit != EmitKind::PTX;
  std::string ptxas = cuda::findPtxas(options.toolkits, !options.hasCudaPath);
  if (wantsCubin && ptxas.empty())
    return createPtxasError(options);
  FailureOr<SmallVector<Kernel>> kernels = findKernels(module);
  if (failed(kernels))
    return createError(options);
  json::Object entries, list;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!getEntry(function))
      continue;
    FailureOr<json::Object> entry = describeEntry(module, function);
    if (failed(entry))
      return createError(options);
    entries[function.getName()] = std::move(*entry);
  }
  if (entries.empty())
    return createNoEntryError(options);
  if (options.dryRun)
    return Error::success();
  if (std::error_code code = llvm::sys::fs::create_directories(options.output))
    return createStringError(code, "cannot write '" + options.output +
                                       "': " + code.message());
  StringRef chip;
  for (Kernel &kernel : *kernels) {
    std::string name = kernel.binary.getName().str();
    chip = kernel.chip;
    json::Object files{{"ptx", name + ".ptx"}};
    json::Object about{{"symbol", kernel.symbol},
                       {"block", json::Array(ArrayRef<int64_t>(kernel.block))},
                       {"parameters", json::Array(kernel.parameters)}};
    if (Error error = writeIn(options, name + ".ptx", kernel.ptx))
      return error;
    if (wantsCubin) {
      llvm::Expected<cuda::Cubin> cubin =
          cuda::assemble(ptxas, chip, kernel.ptx);
      if (!cubin) {
        emitError(kernel.binary.getLoc())
            << "kernel '" << name
            << "' cannot be assembled: " << toString(cubin.takeError());
        return createError(options);
      }
      if (cubin->spilledBytes > 0)
        emitWarning(kernel.binary.getLoc())
            << "kernel '" << name << "' needs more registers than a thread has "
            << "on " << chip << ": " << cubin->spilledBytes
            << " bytes of them are kept in memory";
      if (Error error = writeIn(options, name + ".cubin", cubin->image))
        return error;
      files["cubin"] = name + ".cubin";
      about["registers"] = cubin->registers;
      about["spilled_bytes"] = cubin->spilledBytes;
      about["static_shared_bytes"] = cubin->sharedBytes;
    }
    if (options.emit == EmitKind::Triton) {
      FailureOr<json::Object> triton = describeForTriton(kernel);
      if (failed(triton))
        return createError(options);
      if (Error error =
              writeIn(options, name + ".json", print(std::move(*triton))))
        return error;
      files["json"] = name + ".json";
    }
    about["files"] = std::move(files);
    list[name] = std::move(about);
  }
  return writeIn(options, "manifest.json",
                 print(json::Object{{"kalmir_bundle", 1},
                                    {"architecture", chip},
                                    {"kernels", std::move(list)},
                                    {"entries", std::move(entries)}}));
}
