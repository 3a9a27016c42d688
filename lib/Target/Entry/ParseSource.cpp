//===- ParseSource.cpp - modules with the names of their source -----------===//
//
// MLIR forgets the names of values; the parser's record of the source, which
// editors use, has them.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Target/Entry/ParseSource.h"

#include "kalmir/Entry/IR/Entry.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace kalmir;

/// "v" of `%v` at `range`, empty where that is no C identifier.
static StringRef getIdentifier(llvm::SMRange range) {
  if (!range.isValid())
    return {};
  StringRef text(range.Start.getPointer(),
                 range.End.getPointer() - range.Start.getPointer());
  return text.consume_front("%") && isCIdentifier(text) ? text : StringRef();
}

static StringRef getName(BlockArgument argument, const AsmParserState &state) {
  const auto *block = state.getBlockDef(argument.getOwner());
  unsigned number = argument.getArgNumber();
  if (!block || number >= block->arguments.size())
    return {};
  return getIdentifier(block->arguments[number].loc);
}

/// Only a result with a name of its own: `%r:2 = ...` names none.
static StringRef getName(OpResult result, const AsmParserState &state) {
  const auto *op = state.getOpDef(result.getOwner());
  if (!op)
    return {};
  for (auto [i, group] : llvm::enumerate(op->resultGroups)) {
    unsigned end = i + 1 < op->resultGroups.size()
                       ? op->resultGroups[i + 1].startIndex
                       : result.getOwner()->getNumResults();
    if (group.startIndex == result.getResultNumber() &&
        end == group.startIndex + 1)
      return getIdentifier(group.definition.loc);
  }
  return {};
}

static void nameFunction(func::FuncOp function, const AsmParserState &state) {
  Builder builder(function.getContext());
  StringRef attribute = KalmirDialect::nameAttrName;
  for (BlockArgument argument : function.getArguments()) {
    unsigned number = argument.getArgNumber();
    StringRef name = getName(argument, state);
    if (!name.empty() && !function.getArgAttr(number, attribute))
      function.setArgAttr(number, attribute, builder.getStringAttr(name));
  }
  auto terminator =
      dyn_cast<func::ReturnOp>(function.getBody().back().getTerminator());
  if (!terminator || !function.getBody().hasOneBlock())
    return;
  llvm::SmallPtrSet<Value, 4> seen;
  for (auto [number, value] : llvm::enumerate(terminator.getOperands())) {
    auto result = dyn_cast<OpResult>(value);
    StringRef name = result ? getName(result, state) : StringRef();
    if (seen.insert(value).second && !name.empty() &&
        !function.getResultAttr(number, attribute))
      function.setResultAttr(number, attribute, builder.getStringAttr(name));
  }
}

OwningOpRef<ModuleOp>
kalmir::parseSourceWithNames(const llvm::SourceMgr &sources,
                             MLIRContext *context) {
  ParserConfig config(context);
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  if (isBytecode(buffer->getMemBufferRef()))
    return parseSourceFile<ModuleOp>(sources, config);
  Block block;
  AsmParserState state;
  if (failed(parseAsmSourceFile(sources, &block, config, &state)))
    return nullptr;
  auto module =
      mlir::detail::constructContainerOpForParserIfNecessary<ModuleOp>(
          &block, context,
          FileLineColLoc::get(context, buffer->getBufferIdentifier(), 0, 0));
  if (!module)
    return nullptr;
  context->getOrLoadDialect<KalmirDialect>();
  for (auto function : module->getOps<func::FuncOp>())
    if (!function.isExternal() && !getEntry(function) &&
        !function->hasAttr(KalmirDialect::helperAttrName))
      nameFunction(function, state);
  return module;
}
