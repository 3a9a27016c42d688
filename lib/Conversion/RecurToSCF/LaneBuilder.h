//===- LaneBuilder.h - code over blocks of lanes ----------------*- C++ -*-===//
//
// The vocabulary of the code generator: where code stands among the iterators
// (`Position`), loads and stores of operands there, scratch buffers, and loops.
//
// A value in emitted code is either *uniform*, one scalar for all lanes of a
// block, or *laned*, a vector with one element a lane (with width 1 both are
// the same). Scratch buffers are indexed by blocks: the vector dimension by
// the number of its block, every other iterator by itself.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_LANEBUILDER_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_LANEBUILDER_H

#include "LanePlan.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace kalmir::lanes {

/// Where code stands. Entries of iterators that no loop has fixed are null.
struct Position {
  /// By iterator: its value; for the vector dimension that of the first lane.
  llvm::SmallVector<mlir::Value> index;
  /// By iterator, and last the chunk of time: the index into scratch buffers.
  llvm::SmallVector<mlir::Value> block;
  /// Which lanes of the block exist, as i1 vector; null: all of them.
  mlir::Value mask;
};

/// Neighbouring blocks of the vector dimension that go through time together.
struct Tile {
  /// Where the tile stands: every grid iterator but the vector dimension.
  Position position;
  /// Its blocks; null for a tile of one block, at `position`.
  mlir::Value firstBlock, endBlock;
  /// Whether its blocks need masks.
  bool masked = false;
};

/// Room for one value for each block of some iterators. Several share a buffer,
/// so that the values of one block lie side by side: that takes one address
/// where buffers of their own would take several, which moreover would lie
/// apart by multiples of the page size.
struct Scratch {
  mlir::Value buffer;
  /// The iterators that index it, outermost first.
  llvm::SmallVector<unsigned> dims;
  /// Its number among those that share the buffer.
  unsigned component;
  /// What it holds: a scalar or vector type.
  mlir::Type type;
};

/// Builds code for the lanes of one recurrence.
class LaneBuilder : public mlir::ImplicitLocOpBuilder {
public:
  /// Inserts before the recurrence, beginning with the extents of iterators.
  explicit LaneBuilder(LanePlan plan);

  LanePlan plan;

  /// An index constant.
  mlir::Value indexConstant(int64_t value);
  /// The constant 0 of a number type or a vector of it.
  mlir::Value zero(mlir::Type type);
  /// A constant, or a vector filled with it for a vector type.
  mlir::Value splat(mlir::TypedAttr value, mlir::Type type);

  /// The pseudo-iterator for chunks of time.
  unsigned chunkDim() { return plan.op.getNumIterators(); }
  /// Number of steps or lanes along an iterator; number of chunks.
  mlir::Value extent(unsigned dim) const { return extents[dim]; }
  /// Fixes the number of chunks of time.
  void setChunks(mlir::Value chunks) { extents[chunkDim()] = chunks; }
  /// The position before any loop.
  Position start();

  /// The type of one value a lane.
  mlir::Type laneType(mlir::Type scalar);
  /// A uniform value repeated for all lanes; a laned value as it is.
  mlir::Value toLanes(mlir::Value value);

  /// Reads an operand with its map; 0 for lanes that do not exist. The value is
  /// uniform where the map omits the vector dimension.
  mlir::Value load(mlir::Value operand, mlir::AffineMap map,
                   const Position &position);
  /// Writes an operand with its map, only the lanes that exist.
  void store(mlir::Value value, mlir::Value operand, mlir::AffineMap map,
             const Position &position);

  /// Asks for the cache line of an operand that one block of lanes will touch
  /// at `position`, if it is contiguous in the vector dimension and time.
  void prefetch(mlir::Value operand, mlir::AffineMap map,
                const Position &position, bool isWrite);

  /// Room for values of these types over the blocks of `dims`; values of one
  /// type share a buffer.
  llvm::SmallVector<Scratch> allocate(mlir::TypeRange types,
                                      llvm::ArrayRef<unsigned> dims);
  mlir::Value load(const Scratch &scratch, const Position &position);
  void store(mlir::Value value, const Scratch &scratch,
             const Position &position);
  /// Frees all scratch buffers, before the recurrence.
  void freeScratch();

  /// Runs `body` for all blocks of `dims` in parallel (serially if the
  /// recurrence stands in a parallel loop); at the last block of the vector
  /// dimension under a mask, for which `body` is called once more.
  void parallel(llvm::ArrayRef<unsigned> dims, Position position,
                llvm::function_ref<void(const Position &)> body);

  /// Runs `body` for all tiles of the grid in parallel, each of several blocks
  /// if the plan is tiled; as with `parallel`, `body` is called once more for
  /// tiles that need masks.
  void parallelTiles(llvm::ArrayRef<unsigned> dims,
                     llvm::function_ref<void(const Tile &)> body);
  /// Runs `body` for every block of a tile in order.
  void forBlocks(const Tile &tile,
                 llvm::function_ref<void(const Position &)> body);

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      const Position &, mlir::ValueRange)>;
  /// Runs `body` for all blocks of `dims` in order, with masks as `parallel`,
  /// and carries values, `initial` to begin with.
  llvm::SmallVector<mlir::Value> loop(llvm::ArrayRef<unsigned> dims,
                                      const Position &position,
                                      mlir::ValueRange initial, LoopBody body);
  /// Counts from `lower` to below `upper` and carries values.
  llvm::SmallVector<mlir::Value>
  count(mlir::Value lower, mlir::Value upper, mlir::ValueRange initial,
        llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value,
                                                          mlir::ValueRange)>
            body);

private:
  mlir::Value numBlocks(unsigned dim);
  mlir::Value chooseTileBlocks(mlir::Value total);
  Position at(Position position, unsigned dim, mlir::Value block);
  Position masked(Position position);
  Position enterGrid(llvm::ArrayRef<unsigned> dims,
                     llvm::ArrayRef<mlir::Value> counts, Position position);
  llvm::SmallVector<mlir::Value> indices(mlir::AffineMap map,
                                         const Position &position);
  llvm::SmallVector<mlir::Value> indices(const Scratch &scratch,
                                         const Position &position);
  std::optional<unsigned> laneResult(mlir::AffineMap map);
  bool movesAtOnce(mlir::MemRefType type, mlir::AffineMap map,
                   const Position &position);
  mlir::Value loadEachLane(mlir::Value operand,
                           llvm::SmallVector<mlir::Value> at, unsigned lane,
                           const Position &position);
  void storeEachLane(mlir::Value value, mlir::Value operand,
                     llvm::SmallVector<mlir::Value> at, unsigned lane,
                     const Position &position);

  llvm::SmallVector<mlir::Value> extents;
  llvm::SmallVector<mlir::Value> buffers;
};

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_LANEBUILDER_H
