//===- LaneBuilder.h - code over blocks of lanes ----------------*- C++ -*-===//
//
// The vocabulary of the code generator: where code stands among the iterators
// (`Position`), loads and stores of operands there, scratch buffers, and loops.
//
// A value in emitted code is either *uniform*, one scalar for all lanes of a
// block, or *laned*, a vector with one element a lane (with width 1 both are
// the same).
//
// The grid is shared by *slots*, which run in parallel; each takes some tiles
// of it one after the other. A slot has scratch for the lanes of one tile,
// indexed by the block within the tile and by inner iterators (the vector
// dimension by the number of its block), so that scratch stays small and in the
// cache.
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
  /// By iterator: the same, but for the vector dimension its block's number.
  llvm::SmallVector<mlir::Value> block;
  /// Who runs it, and the number of the block in its tile.
  mlir::Value slot, blockInTile;
  /// The row of this step in the buffers of staged operands; null: operands
  /// are moved where they lie.
  mlir::Value row;
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

/// An operand whose lanes of some steps are moved at once (see Staging.h):
/// `buffer` is [slots, blocks of a tile, steps, lanes].
struct StagedOperand {
  mlir::Value operand;
  mlir::AffineMap map;
  mlir::Value buffer;
};

/// Room for one value for each block of a tile and of some inner iterators, for
/// every slot. Several share a buffer, so that the values of one block lie side
/// by side: that takes one address where buffers of their own would take
/// several, which moreover would lie apart by multiples of the page size.
struct Scratch {
  mlir::Value buffer;
  /// The inner iterators that index it, outermost first.
  llvm::SmallVector<unsigned> dims;
  /// Its number among those that share the buffer.
  unsigned component;
  /// What it holds: a scalar or vector type.
  mlir::Type type;
  /// Whether it is a scalar that all blocks of a tile share; those along the
  /// last of `dims` lie side by side, with room for a whole vector at the end.
  bool shared = false;
};

/// Builds code for the lanes of one recurrence.
class LaneBuilder : public mlir::ImplicitLocOpBuilder {
public:
  /// Inserts before the recurrence, beginning with the extents of iterators.
  explicit LaneBuilder(LanePlan plan);

  LanePlan plan;
  /// The operands that positions with a row find in buffers.
  llvm::SmallVector<StagedOperand> staged;

  /// An index constant.
  mlir::Value indexConstant(int64_t value);
  /// The constant 0 of a number type or a vector of it.
  mlir::Value zero(mlir::Type type);
  /// A constant, or a vector filled with it for a vector type.
  mlir::Value splat(mlir::TypedAttr value, mlir::Type type);

  /// Number of steps or lanes along an iterator.
  mlir::Value extent(unsigned dim) const { return extents[dim]; }
  /// The position before any loop.
  Position start();

  /// An operand's index at a position.
  llvm::SmallVector<mlir::Value> indices(mlir::AffineMap map,
                                         const Position &position);

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

  /// Room for values of these types over the blocks of inner `dims`; values of
  /// one type share a buffer. Needs an open grid.
  llvm::SmallVector<Scratch> allocate(mlir::TypeRange types,
                                      llvm::ArrayRef<unsigned> dims,
                                      bool shared = false);
  mlir::Value load(const Scratch &scratch, const Position &position);
  void store(mlir::Value value, const Scratch &scratch,
             const Position &position);
  /// A buffer [slots, blocks of a tile, steps, lanes] of scalars.
  mlir::Value allocateRows(int64_t numSteps, mlir::Type scalar);
  /// Frees all scratch buffers, before the recurrence.
  void freeScratch();

  /// Decides on tiles and slots.
  void openGrid();
  /// Runs `body` for all tiles of the grid, slots in parallel (serially if the
  /// recurrence stands in a parallel loop). `body` is called once more for
  /// tiles whose last block needs a mask.
  void parallelTiles(llvm::function_ref<void(const Tile &)> body);
  /// Runs `body` for every block of a tile in order.
  void forBlocks(const Tile &tile,
                 llvm::function_ref<void(const Position &)> body);

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      const Position &, mlir::ValueRange)>;
  /// Runs `body` for all blocks of `dims` in order, the last
  /// of the vector dimension under a mask,
  /// and carries values, `initial` to begin with.
  llvm::SmallVector<mlir::Value> loop(llvm::ArrayRef<unsigned> dims,
                                      const Position &position,
                                      mlir::ValueRange initial, LoopBody body);
  using CountBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;
  /// Counts from `lower` to below `upper` and carries values.
  llvm::SmallVector<mlir::Value> count(mlir::Value lower, mlir::Value upper,
                                       mlir::ValueRange initial, CountBody body,
                                       int64_t step = 1);

private:
  mlir::Value numBlocks(unsigned dim);
  mlir::Value chooseTileBlocks(mlir::Value total);
  Position at(Position position, unsigned dim, mlir::Value block);
  Position masked(Position position);
  Position enterGrid();
  const StagedOperand *findStaged(mlir::Value operand, mlir::AffineMap map,
                                  const Position &position);
  llvm::SmallVector<mlir::Value> indices(const Scratch &scratch,
                                         const Position &position);
  std::optional<unsigned> laneResult(mlir::AffineMap map);
  mlir::Value getLaneOffsets(mlir::Value operand, unsigned lane,
                             const Position &position);
  mlir::Value loadEachLane(mlir::Value operand,
                           llvm::SmallVector<mlir::Value> at, unsigned lane,
                           const Position &position);
  void storeEachLane(mlir::Value value, mlir::Value operand,
                     llvm::SmallVector<mlir::Value> at, unsigned lane,
                     const Position &position);

  llvm::SmallVector<mlir::Value> extents;
  llvm::SmallVector<mlir::Value> buffers;
  /// By grid iterator: the number of its blocks, or tiles.
  llvm::SmallVector<mlir::Value> gridCounts;
  /// Blocks of a tile (1 if not tiled), tiles of the grid, and slots.
  mlir::Value tileBlocks, numTiles, numSlots;
};

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_LANEBUILDER_H
