//===- GenerateCEntryPoints.cpp - functions with the C interface ----------===//
//
// The layouts here are those of runtime/include/kalmir/runtime.h. An entry
//
//   f.inner(inputs, outputs, workspace)      f.shapes(inputs) -> extents
//   f.workspace(inputs, outputs) -> bytes    f.info(inputs) -> steps, chunks
//   f.bounds(inputs) -> failed check, numbers; only where something can fail
//
// takes each memref as pointer, pointer, offset, extents, strides. All that a
// wrapper adds is loading those from a kalmir_tensor and calling the runtime,
// which does the checking.
//
// Entries for CUDA get device pointers and run on the host. Between
// kalmir_rt_cuda_begin and kalmir_rt_cuda_end they launch kernels.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Target/CPU/Passes.h"
#include "kalmir/runtime.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

namespace kalmir {
#define GEN_PASS_DEF_GENERATECENTRYPOINTSPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

/// The kalmir_dtype of an element type.
kalmir_dtype getDtype(Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  if (width == 1)
    return {KALMIR_BOOL, 8, 1};
  uint8_t code = type.isBF16()              ? KALMIR_BFLOAT
                 : isa<FloatType>(type)     ? KALMIR_FLOAT
                 : type.isUnsignedInteger() ? KALMIR_UINT
                                            : KALMIR_INT;
  return {code, static_cast<uint8_t>(width), 1};
}

/// Writes the wrappers of one entry.
class EntryWriter {
public:
  EntryWriter(ModuleOp module, LLVM::LLVMFuncOp entry, EntryAttr contract,
              EntryDevice device)
      : module(module), entry(entry), contract(contract), device(device),
        name(entry.getName().str()), loc(entry.getLoc()),
        b(module.getContext()) {
    MLIRContext *context = module.getContext();
    ptr = LLVM::LLVMPointerType::get(context);
    i32 = b.getI32Type();
    i64 = b.getI64Type();
    auto structOf = [&](ArrayRef<Type> types) -> Type {
      return LLVM::LLVMStructType::getLiteral(context, types);
    };
    dtype = structOf({b.getI8Type(), b.getI8Type(), b.getI16Type()});
    tensor = structOf({ptr, structOf({i32, i32}), i32, dtype, ptr, ptr, i64});
    argument = structOf({ptr, dtype, i32, ptr, ptr});
    signature = structOf({i32, i32, i32, i32, ptr, ptr, i32});
  }

  LogicalResult write() {
    for (StringRef what : {"shapes", "workspace", "info"}) {
      auto helper =
          module.lookupSymbol<LLVM::LLVMFuncOp>(getHelperName(name, what));
      if (!helper)
        return entry.emitOpError()
               << "expected the helper function '" << getHelperName(name, what)
               << "' beside the entry";
      if (device == EntryDevice::cuda && failed(checkReadsNothing(helper)))
        return failure();
      helper.setLinkage(LLVM::Linkage::Internal);
      helpers[what] = helper;
    }
    if (failed(findBounds()))
      return failure();
    SymbolTable::setSymbolName(entry, getHelperName(name, "inner"));
    entry.setLinkage(LLVM::Linkage::Internal);
    entry->removeAttr(KalmirDialect::entryAttrName);
    entry->setAttr(KalmirDialect::helperAttrName,
                   FlatSymbolRefAttr::get(module.getContext(), name));
    markDestinations();
    writeSignature();
    writeCheckTexts();
    writeEntry();
    writeShapes();
    writeWorkspace();
    writeInfo();
    if (device == EntryDevice::cuda)
      writePrepare();
    return success();
  }

private:
  /// Data on a device cannot be read here.
  LogicalResult checkReadsNothing(LLVM::LLVMFuncOp helper) {
    WalkResult result = helper.walk([&](LLVM::LoadOp load) {
      load.emitOpError() << "expected extents and workspace of an entry for "
                            "CUDA to depend on extents alone, found a read of "
                            "memory in '"
                         << helper.getName() << "'";
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

  SmallVector<ArgumentAttr> inputs() const {
    return llvm::to_vector(contract.getInputs().getAsRange<ArgumentAttr>());
  }
  SmallVector<ArgumentAttr> outputs() const {
    return llvm::to_vector(contract.getOutputs().getAsRange<ArgumentAttr>());
  }

  LogicalResult findBounds() {
    auto helper =
        module.lookupSymbol<LLVM::LLVMFuncOp>(getHelperName(name, "bounds"));
    if (!helper)
      return success();
    if (!helper->hasAttr(KalmirDialect::checksAttrName))
      return helper.emitOpError()
             << "expected '" << KalmirDialect::checksAttrName
             << "' on the helper that checks calls of '" << name
             << "', found none";
    if (device == EntryDevice::cuda && failed(checkReadsNothing(helper)))
      return failure();
    helper.setLinkage(LLVM::Linkage::Internal);
    helpers["bounds"] = helper;
    return success();
  }

  /// The runtime refuses outputs that overlap anything, so LLVM may know.
  void markDestinations() {
    unsigned position = 0;
    auto next = [&](int64_t rank, bool isOutput) {
      if (isOutput)
        entry.setArgAttr(position + 1, LLVM::LLVMDialect::getNoAliasAttrName(),
                         b.getUnitAttr());
      position += 3 + 2 * rank;
    };
    for (ArgumentAttr input : inputs())
      next(input.getDims().size(), false);
    for (ArgumentAttr output : outputs())
      next(output.getDims().size(), true);
    next(1, true);
  }

  // Constants.

  Value constant(Type type, int64_t value) {
    return LLVM::ConstantOp::create(b, loc, type, value);
  }

  LLVM::GlobalOp global(Twine globalName, Type type, LLVM::Linkage linkage,
                        Attribute value) {
    b.setInsertionPointToEnd(module.getBody());
    return LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/true, linkage,
                                  globalName.str(), value);
  }

  /// A null-terminated string.
  LLVM::GlobalOp text(Twine globalName, StringRef value) {
    std::string bytes = value.str();
    bytes.push_back('\0');
    return global(globalName,
                  LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size()),
                  LLVM::Linkage::Internal, b.getStringAttr(bytes));
  }

  Value insert(Value aggregate, Value value, ArrayRef<int64_t> position) {
    return LLVM::InsertValueOp::create(b, loc, aggregate, value, position);
  }

  void writeSignature() {
    SmallVector<ArgumentAttr> args = contract.getArguments();
    LLVM::GlobalOp entryName = text(name + ".name", name);
    SmallVector<LLVM::GlobalOp> names, dims, boundaries;
    auto numbers = [&](Twine globalName, ArrayRef<int64_t> values) {
      int64_t size = values.size();
      if (size == 0)
        return LLVM::GlobalOp();
      return global(
          globalName, LLVM::LLVMArrayType::get(i64, size),
          LLVM::Linkage::Internal,
          DenseElementsAttr::get(RankedTensorType::get({size}, i64), values));
    };
    for (auto [i, arg] : llvm::enumerate(args)) {
      names.push_back(
          text(name + ".arg" + Twine(i) + ".name", arg.getName().getValue()));
      dims.push_back(numbers(name + ".arg" + Twine(i) + ".dims",
                             arg.getDims().asArrayRef()));
      boundaries.push_back(numbers(name + ".arg" + Twine(i) + ".boundaries",
                                   arg.getBoundaries()
                                       ? arg.getBoundaries().asArrayRef()
                                       : ArrayRef<int64_t>()));
    }

    auto argsType = LLVM::LLVMArrayType::get(argument, args.size());
    LLVM::GlobalOp argsGlobal =
        global(name + ".args", argsType, LLVM::Linkage::Internal, Attribute());
    b.createBlock(&argsGlobal.getInitializerRegion());
    Value array = LLVM::UndefOp::create(b, loc, argsType);
    for (auto [i, arg] : llvm::enumerate(args)) {
      int64_t at = i;
      kalmir_dtype type = getDtype(arg.getElementType());
      auto put = [&](Value value, ArrayRef<int64_t> inner) {
        SmallVector<int64_t> position{at};
        llvm::append_range(position, inner);
        array = insert(array, value, position);
      };
      put(LLVM::AddressOfOp::create(b, loc, names[i]), {0});
      put(constant(b.getI8Type(), type.code), {1, 0});
      put(constant(b.getI8Type(), type.bits), {1, 1});
      put(constant(b.getI16Type(), type.lanes), {1, 2});
      put(constant(i32, arg.getDims().size()), {2});
      auto address = [&](LLVM::GlobalOp target) -> Value {
        if (target)
          return LLVM::AddressOfOp::create(b, loc, target);
        return LLVM::ZeroOp::create(b, loc, ptr);
      };
      put(address(dims[i]), {3});
      put(address(boundaries[i]), {4});
    }
    LLVM::ReturnOp::create(b, loc, array);

    signatureGlobal = global(name + "_signature", signature,
                             LLVM::Linkage::External, Attribute());
    b.createBlock(&signatureGlobal.getInitializerRegion());
    Value value = LLVM::UndefOp::create(b, loc, signature);
    value = insert(value, constant(i32, KALMIR_ABI_VERSION), 0);
    value = insert(value, constant(i32, contract.getInputs().size()), 1);
    value = insert(value, constant(i32, contract.getOutputs().size()), 2);
    value = insert(value, constant(i32, contract.getNumSymbols()), 3);
    value = insert(value, LLVM::AddressOfOp::create(b, loc, entryName), 4);
    value = insert(value, LLVM::AddressOfOp::create(b, loc, argsGlobal), 5);
    value =
        insert(value,
               constant(i32, device == EntryDevice::cuda ? KALMIR_DEVICE_CUDA
                                                         : KALMIR_DEVICE_CPU),
               6);
    LLVM::ReturnOp::create(b, loc, value);
  }

  /// What to say of failing checks: null-terminated strings in a row.
  void writeCheckTexts() {
    LLVM::LLVMFuncOp helper = helpers.lookup("bounds");
    if (!helper)
      return;
    auto texts =
        helper->getAttrOfType<ArrayAttr>(KalmirDialect::checksAttrName);
    checkTexts =
        text(name + ".checks", llvm::join(texts.getAsValueRange<StringAttr>(),
                                          StringRef("\0", 1)));
  }

  // Functions.

  /// A function of the runtime, declared on its first use.
  LLVM::LLVMFuncOp runtime(StringRef callee, ArrayRef<Type> types,
                           bool isVoid = false) {
    if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(callee))
      return known;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    Type result =
        isVoid ? Type(LLVM::LLVMVoidType::get(module.getContext())) : i32;
    return LLVM::LLVMFuncOp::create(b, loc, callee,
                                    LLVM::LLVMFunctionType::get(result, types));
  }

  /// Opens a wrapper; `extra` are its arguments after the tensors and their
  /// number.
  LLVM::LLVMFuncOp open(Twine wrapperName, ArrayRef<Type> extra) {
    SmallVector<Type> types{ptr, i64};
    llvm::append_range(types, extra);
    openFunction(wrapperName, types);
    args = wrapper.getArgument(0);
    return wrapper;
  }

  void openFunction(Twine wrapperName, ArrayRef<Type> types) {
    b.setInsertionPointToEnd(module.getBody());
    wrapper = LLVM::LLVMFuncOp::create(b, loc, wrapperName.str(),
                                       LLVM::LLVMFunctionType::get(i32, types));
    Block *start = wrapper.addEntryBlock(b);
    exit = b.createBlock(&wrapper.getBody(), wrapper.getBody().end(), i32, loc);
    LLVM::ReturnOp::create(b, loc, exit->getArgument(0));
    b.setInsertionPointToStart(start);
    sig = LLVM::AddressOfOp::create(b, loc, signatureGlobal);
  }

  /// Ends a wrapper, with an error if `status` is one.
  void close(Value status) { LLVM::BrOp::create(b, loc, status, exit); }
  void close() { close(constant(i32, KALMIR_OK)); }

  /// Leaves the wrapper where `status` is an error.
  void propagate(Value status) {
    Value isError = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne,
                                         status, constant(i32, KALMIR_OK));
    Block *rest = b.getInsertionBlock()->splitBlock(b.getInsertionPoint());
    b.setInsertionPointToEnd(rest->getPrevNode());
    LLVM::CondBrOp::create(b, loc, isError, exit, status, rest, ValueRange());
    b.setInsertionPointToEnd(rest);
  }

  Value call(LLVM::LLVMFuncOp callee, ValueRange operands) {
    auto op = LLVM::CallOp::create(b, loc, callee, operands);
    return op.getNumResults() ? op.getResult() : Value();
  }

  void check(int32_t what) {
    propagate(call(runtime("kalmir_rt_check", {ptr, ptr, i64, i32}),
                   {sig, args, wrapper.getArgument(1), constant(i32, what)}));
  }

  void checkResult(Value pointer, StringRef what) {
    std::string globalName = "kalmir.result." + what.str();
    auto known = module.lookupSymbol<LLVM::GlobalOp>(globalName);
    if (!known) {
      OpBuilder::InsertionGuard guard(b);
      known = text(globalName, what);
    }
    propagate(call(runtime("kalmir_rt_check_result", {ptr, ptr, ptr}),
                   {sig, pointer, LLVM::AddressOfOp::create(b, loc, known)}));
  }

  Value load(Type type, Value pointer, Type base, ArrayRef<LLVM::GEPArg> at) {
    Value address = LLVM::GEPOp::create(b, loc, ptr, base, pointer, at);
    return LLVM::LoadOp::create(b, loc, type, address);
  }

  /// Appends a memref descriptor as separate values.
  void appendDescriptor(SmallVectorImpl<Value> &values, Value data,
                        ArrayRef<Value> extents) {
    values.append({data, data, constant(i64, 0)});
    llvm::append_range(values, extents);
    SmallVector<Value> strides(extents.size());
    Value stride = constant(i64, 1);
    for (int64_t d = extents.size() - 1; d >= 0; --d) {
      strides[d] = stride;
      if (d > 0)
        stride = LLVM::MulOp::create(b, loc, stride, extents[d]);
    }
    llvm::append_range(values, strides);
  }

  /// Appends the descriptor of argument `position`.
  void appendTensor(SmallVectorImpl<Value> &values, unsigned position,
                    unsigned rank) {
    Value pointer =
        load(ptr, args, ptr, LLVM::GEPArg(static_cast<int32_t>(position)));
    Value base = load(ptr, pointer, tensor, {0, 0});
    Value offset = load(i64, pointer, tensor, {0, 6});
    Value data = LLVM::GEPOp::create(b, loc, ptr, b.getI8Type(), base, offset);
    SmallVector<Value> extents;
    if (rank > 0) {
      Value shape = load(ptr, pointer, tensor, {0, 4});
      for (unsigned d = 0; d < rank; ++d)
        extents.push_back(
            load(i64, shape, i64, LLVM::GEPArg(static_cast<int32_t>(d))));
    }
    appendDescriptor(values, data, extents);
  }

  /// The inputs, whose extents the operations of the entry agree with.
  SmallVector<Value> loadInputs() {
    SmallVector<Value> values;
    for (auto [i, input] : llvm::enumerate(inputs()))
      appendTensor(values, i, input.getDims().size());
    if (LLVM::LLVMFuncOp helper = helpers.lookup("bounds")) {
      auto results =
          dyn_cast<LLVM::LLVMStructType>(helper.getResultTypes().front());
      SmallVector<Value> outcome =
          callHelper("bounds", values, results ? results.getBody().size() : 1);
      ArrayRef<Value> numbers = ArrayRef(outcome).drop_front();
      propagate(call(
          runtime("kalmir_rt_check_bounds", {ptr, ptr, i64, ptr, i64}),
          {sig, LLVM::AddressOfOp::create(b, loc, checkTexts), outcome.front(),
           storeNumbers(numbers), constant(i64, numbers.size())}));
    }
    return values;
  }

  /// The results of a helper that returns `count` numbers.
  SmallVector<Value> callHelper(StringRef what, ValueRange operands,
                                int64_t count) {
    Value result = call(helpers[what], operands);
    if (count == 1)
      return {result};
    SmallVector<Value> values;
    for (int64_t i = 0; i < count; ++i)
      values.push_back(LLVM::ExtractValueOp::create(b, loc, result, i));
    return values;
  }

  SmallVector<Value> computeExtents(ValueRange inputValues) {
    return callHelper("shapes", inputValues, contract.getNumOutputExtents());
  }

  /// 64-bit numbers in memory.
  Value storeNumbers(ArrayRef<Value> numbers) {
    Value array = LLVM::AllocaOp::create(
        b, loc, ptr, i64, constant(i64, std::max<int64_t>(1, numbers.size())));
    for (auto [i, number] : llvm::enumerate(numbers)) {
      Value address = LLVM::GEPOp::create(
          b, loc, ptr, i64, array, LLVM::GEPArg(static_cast<int32_t>(i)));
      LLVM::StoreOp::create(b, loc, number, address);
    }
    return array;
  }

  /// Bytes of workspace. Only the extents of outputs matter, not their data.
  Value computeWorkspace(ArrayRef<Value> inputValues, ArrayRef<Value> extents) {
    SmallVector<Value> operands(inputValues);
    Value null = LLVM::ZeroOp::create(b, loc, ptr);
    for (ArgumentAttr output : outputs()) {
      size_t rank = output.getDims().size();
      appendDescriptor(operands, null, extents.take_front(rank));
      extents = extents.drop_front(rank);
    }
    return callHelper("workspace", operands, 1).front();
  }

  void writeEntry() {
    LLVM::LLVMFuncOp function = open(name, {ptr, i64});
    function->setAttr(KalmirDialect::entryAttrName, contract);
    check(KALMIR_CHECK_ALL);
    SmallVector<Value> operands = loadInputs();
    SmallVector<Value> extents = computeExtents(operands);
    propagate(call(runtime("kalmir_rt_check_outputs", {ptr, ptr, ptr}),
                   {sig, args, storeNumbers(extents)}));
    Value bytes = computeWorkspace(operands, extents);
    Type workspaceType =
        LLVM::LLVMStructType::getLiteral(module.getContext(), {ptr, ptr});
    Value workspace =
        LLVM::AllocaOp::create(b, loc, ptr, workspaceType, constant(i64, 1));
    Value given = function.getArgument(2);
    Value givenBytes = function.getArgument(3);
    if (device == EntryDevice::cuda)
      propagate(
          call(runtime("kalmir_rt_cuda_begin", {ptr, ptr, ptr, i64, i64, ptr}),
               {sig, args, given, givenBytes, bytes, workspace}));
    else
      propagate(call(runtime("kalmir_rt_acquire", {ptr, ptr, i64, i64, ptr}),
                     {sig, given, givenBytes, bytes, workspace}));
    for (auto [i, output] : llvm::enumerate(outputs()))
      appendTensor(operands, contract.getInputs().size() + i,
                   output.getDims().size());
    appendDescriptor(operands, load(ptr, workspace, workspaceType, {0, 0}),
                     bytes);
    call(entry, operands);
    if (device == EntryDevice::cuda)
      return close(call(runtime("kalmir_rt_cuda_end", {ptr}), workspace));
    call(runtime("kalmir_rt_release", {ptr}, /*isVoid=*/true), workspace);
    close();
  }

  void writeShapes() {
    open(name + "_shapes", {});
    check(KALMIR_CHECK_SHAPES);
    SmallVector<Value> extents = computeExtents(loadInputs());
    propagate(call(runtime("kalmir_rt_set_outputs", {ptr, ptr, ptr}),
                   {sig, args, storeNumbers(extents)}));
    close();
  }

  void writeWorkspace() {
    LLVM::LLVMFuncOp function = open(name + "_workspace", {ptr});
    checkResult(function.getArgument(2), "bytes");
    check(KALMIR_CHECK_INPUTS);
    SmallVector<Value> operands = loadInputs();
    SmallVector<Value> extents = computeExtents(operands);
    LLVM::StoreOp::create(b, loc, computeWorkspace(operands, extents),
                          function.getArgument(2));
    close();
  }

  void writeInfo() {
    LLVM::LLVMFuncOp function = open(name + "_info", {ptr});
    checkResult(function.getArgument(2), "info");
    check(KALMIR_CHECK_INPUTS);
    for (auto [i, value] :
         llvm::enumerate(callHelper("info", loadInputs(), 2))) {
      Value address =
          LLVM::GEPOp::create(b, loc, ptr, i64, function.getArgument(2),
                              LLVM::GEPArg(static_cast<int32_t>(i)));
      LLVM::StoreOp::create(b, loc, value, address);
    }
    close();
  }

  /// The kalmir_rt_kernel globals that the module uses. Launches may get theirs
  /// through blocks that they share.
  llvm::SetVector<StringAttr> collectKernels() {
    Type kernel = LLVM::LLVMStructType::getLiteral(module.getContext(),
                                                   {ptr, i64, ptr, ptr});
    llvm::SetVector<StringAttr> kernels;
    module.walk([&](LLVM::AddressOfOp address) {
      auto target = module.lookupSymbol<LLVM::GlobalOp>(
          address.getGlobalNameAttr().getAttr());
      if (target && target.getGlobalType() == kernel)
        kernels.insert(target.getSymNameAttr());
    });
    return kernels;
  }

  /// The addresses of all kernels of the module, for all its entries.
  LLVM::GlobalOp getKernels() {
    StringRef globalName = "kalmir.kernels";
    if (auto known = module.lookupSymbol<LLVM::GlobalOp>(globalName))
      return known;
    llvm::SetVector<StringAttr> kernels = collectKernels();
    auto type = LLVM::LLVMArrayType::get(ptr, kernels.size());
    LLVM::GlobalOp list =
        global(globalName, type, LLVM::Linkage::Internal, Attribute());
    b.createBlock(&list.getInitializerRegion());
    Value array = LLVM::UndefOp::create(b, loc, type);
    for (auto [i, kernel] : llvm::enumerate(kernels))
      array = insert(array, LLVM::AddressOfOp::create(b, loc, ptr, kernel), i);
    LLVM::ReturnOp::create(b, loc, array);
    return list;
  }

  void writePrepare() {
    LLVM::GlobalOp kernels = getKernels();
    int64_t count =
        cast<LLVM::LLVMArrayType>(kernels.getType()).getNumElements();
    openFunction(name + "_prepare", {i32});
    close(call(runtime("kalmir_rt_cuda_prepare", {ptr, ptr, i64, i32}),
               {sig, LLVM::AddressOfOp::create(b, loc, kernels),
                constant(i64, count), wrapper.getArgument(0)}));
  }

  ModuleOp module;
  LLVM::LLVMFuncOp entry;
  EntryAttr contract;
  EntryDevice device;
  std::string name;
  Location loc;
  OpBuilder b;
  Type ptr, i32, i64, dtype, tensor, argument, signature;
  llvm::StringMap<LLVM::LLVMFuncOp> helpers;
  LLVM::GlobalOp signatureGlobal, checkTexts;

  // The wrapper being written.
  LLVM::LLVMFuncOp wrapper;
  Block *exit = nullptr;
  Value args, sig;
};

struct GenerateCEntryPoints
    : public kalmir::impl::GenerateCEntryPointsPassBase<GenerateCEntryPoints> {
  using GenerateCEntryPointsPassBase::GenerateCEntryPointsPassBase;

  void runOnOperation() override {
    SmallVector<LLVM::LLVMFuncOp> entries;
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>())
      if (getEntry(function) && !getOperation().lookupSymbol(
                                    getHelperName(function.getName(), "inner")))
        entries.push_back(function);
    for (LLVM::LLVMFuncOp entry : entries)
      if (failed(EntryWriter(getOperation(), entry, getEntry(entry), device)
                     .write()))
        return signalPassFailure();
  }
};

} // namespace
