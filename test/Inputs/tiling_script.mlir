// The transform script of test/Numerics/tiling.mlir: operations say by an
// attribute how they are tiled or fused.

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %time = transform.structured.match attributes{tile = "time"} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_for %time tile_sizes [0, 7]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %both = transform.structured.match attributes{tile = "both"} in %m
      : (!transform.any_op) -> !transform.any_op
    %b:4 = transform.structured.tile_using_for %both tile_sizes [1, 7, 2] interchange = [2, 1, 0, 3]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    %lanes = transform.structured.match attributes{tile = "lanes"} in %m
      : (!transform.any_op) -> !transform.any_op
    %l:2 = transform.structured.tile_using_forall %lanes tile_sizes [2, 0, 3]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %nested = transform.structured.match attributes{tile = "nested"} in %m
      : (!transform.any_op) -> !transform.any_op
    %n:2 = transform.structured.tile_using_forall %nested tile_sizes [0, 0, 3]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %o:2 = transform.structured.tile_using_for %n#0 tile_sizes [0, 7]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %root = transform.structured.match attributes{fuse = "root"} in %m
      : (!transform.any_op) -> !transform.any_op
    %r:2 = transform.structured.fuse %root tile_sizes [0, 7]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %cl = transform.structured.match attributes{fuse = "lanes"} in %m
      : (!transform.any_op) -> !transform.any_op
    %c:3 = transform.structured.fuse %cl tile_sizes [2, 0, 3]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %ct = transform.structured.match attributes{fuse = "time"} in %m
      : (!transform.any_op) -> !transform.any_op
    %d:2 = transform.structured.fuse %ct tile_sizes [0, 7]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
