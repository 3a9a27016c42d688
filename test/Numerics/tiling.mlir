// Tiled by stock transform operations, a recurrence gives the same numbers as
// before: over time in tiles of 7, over lanes, over both, fused with a producer
// and with a consumer; for lengths with and without a remainder, and 0. The
// body depends on time and lane indices.
//
// RUN: rm -rf %t
// RUN: mkdir -p %t
// RUN: kalmir-opt %s \
// RUN:   --transform-preload-library=transform-library-paths=%inputs/tiling_script.mlir \
// RUN:   --transform-interpreter --canonicalize --cse -o %t/tiled.mlir
// RUN: FileCheck %s --input-file=%t/tiled.mlir
//
// RUN: %npy make --dir=%t/23 x=f8:3,23,5:normal,0,1 k=f8:3,23,4:normal,0,1 \
// RUN:   a=f8:5,4:uniform,-0.99,0.99 h0=f8:3,5,4:normal,0,1
// RUN: kalmir-run %s --entry=time --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=time --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=time_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=time_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=both --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=both --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=both_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=both_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=lanes --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=lanes --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=lanes_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=lanes_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=nested_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=nested_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=producer --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=producer --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=producer_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=producer_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=consumer_lanes --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=consumer_lanes --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=consumer_time --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=consumer_time --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=0
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=0
//
// RUN: %npy make --dir=%t/28 x=f8:3,28,5:normal,0,1 k=f8:3,28,4:normal,0,1 \
// RUN:   a=f8:5,4:uniform,-0.99,0.99 h0=f8:3,5,4:normal,0,1
// RUN: kalmir-run %s --entry=time --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=time --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=time_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=time_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=both --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=both --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=both_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=both_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=lanes --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=lanes --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=lanes_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=lanes_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=nested_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=nested_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=producer --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=producer --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=producer_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=producer_reverse --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=consumer_lanes --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=consumer_lanes --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=consumer_time --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/ha.npy,%t/28/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=consumer_time --target=reference \
// RUN:   --in=%t/28/x.npy,%t/28/k.npy,%t/28/a.npy,%t/28/h0.npy --out=%t/28/hb.npy,%t/28/yb.npy
// RUN: %npy compare %t/28/hb.npy %t/28/ha.npy --tolerance=0
// RUN: %npy compare %t/28/yb.npy %t/28/ya.npy --tolerance=0
//
// RUN: %npy make --dir=%t/0 x=f8:3,0,5:normal,0,1 k=f8:3,0,4:normal,0,1 \
// RUN:   a=f8:5,4:uniform,-0.99,0.99 h0=f8:3,5,4:normal,0,1
// RUN: kalmir-run %s --entry=time --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=time --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=time_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=time_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=both --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=both --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=both_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=both_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=lanes --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=lanes --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=lanes_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=lanes_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=nested_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=nested_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=producer --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=producer --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=producer_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=producer_reverse --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=consumer_lanes --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=consumer_lanes --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
// RUN: kalmir-run %s --entry=consumer_time --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/ha.npy,%t/0/ya.npy
// RUN: kalmir-run %t/tiled.mlir --entry=consumer_time --target=reference \
// RUN:   --in=%t/0/x.npy,%t/0/k.npy,%t/0/a.npy,%t/0/h0.npy --out=%t/0/hb.npy,%t/0/yb.npy
// RUN: %npy compare %t/0/hb.npy %t/0/ha.npy --tolerance=0
// RUN: %npy compare %t/0/yb.npy %t/0/ya.npy --tolerance=0
//
// Scans are tiled like the recurrences they come from.
//
// RUN: kalmir-opt %s --kalmir-recur-derive-scan --canonicalize \
// RUN:   --transform-preload-library=transform-library-paths=%inputs/tiling_script.mlir \
// RUN:   --transform-interpreter --canonicalize --cse -o %t/scans.mlir
// RUN: FileCheck %s --input-file=%t/scans.mlir --check-prefix=SCAN
// RUN: kalmir-run %s --entry=time_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/scans.mlir --entry=time_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=1e-14
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=1e-14
// RUN: kalmir-run %s --entry=both --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/scans.mlir --entry=both --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=1e-14
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=1e-14
// RUN: kalmir-run %s --entry=nested_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/ha.npy,%t/23/ya.npy
// RUN: kalmir-run %t/scans.mlir --entry=nested_reverse --target=reference \
// RUN:   --in=%t/23/x.npy,%t/23/k.npy,%t/23/a.npy,%t/23/h0.npy --out=%t/23/hb.npy,%t/23/yb.npy
// RUN: %npy compare %t/23/hb.npy %t/23/ha.npy --tolerance=1e-14
// RUN: %npy compare %t/23/yb.npy %t/23/ya.npy --tolerance=1e-14

#btm = affine_map<(b, t, m, s) -> (b, t, m)>
#bts = affine_map<(b, t, m, s) -> (b, t, s)>
#ms  = affine_map<(b, t, m, s) -> (m, s)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>
!btm = tensor<?x?x?xf64>

// CHECK-LABEL: func @time(
// CHECK: scf.for
// CHECK: recur.generic
func.func @time(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {tile = "time"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// SCAN-LABEL: func @time_reverse(
// SCAN: scf.for
// SCAN: recur.scan
// CHECK-LABEL: func @time_reverse(
// CHECK: scf.for
// CHECK: recur.generic
func.func @time_reverse(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"], reverse}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {tile = "time"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// SCAN-LABEL: func @both(
// SCAN: scf.for
// SCAN: recur.scan
// CHECK-LABEL: func @both(
// CHECK: scf.for
// CHECK: recur.generic
func.func @both(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {tile = "both"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// CHECK-LABEL: func @both_reverse(
// CHECK: scf.for
// CHECK: recur.generic
func.func @both_reverse(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"], reverse}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {tile = "both"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// CHECK-LABEL: func @lanes(
// CHECK: scf.forall
// CHECK: recur.generic
func.func @lanes(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {tile = "lanes"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// CHECK-LABEL: func @lanes_reverse(
// CHECK: scf.forall
// CHECK: recur.generic
func.func @lanes_reverse(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"], reverse}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {tile = "lanes"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// SCAN-LABEL: func @nested_reverse(
// SCAN: scf.forall
// SCAN: recur.scan
// CHECK-LABEL: func @nested_reverse(
// CHECK: scf.forall
// CHECK: scf.for %
// CHECK: recur.generic
func.func @nested_reverse(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"], reverse}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {tile = "nested"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// CHECK-LABEL: func @producer(
// CHECK: scf.for
// CHECK: recur.generic
func.func @producer(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %e = linalg.exp ins(%x : !btm) outs(%y0 : !btm) -> !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%e, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {fuse = "root"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// CHECK-LABEL: func @producer_reverse(
// CHECK: scf.for
// CHECK: recur.generic
func.func @producer_reverse(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %e = linalg.exp ins(%x : !btm) outs(%y0 : !btm) -> !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"], reverse}
    ins(%e, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) attrs = {fuse = "root"} {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  return %r#0, %r#1 : !btm, !btm
}

// CHECK-LABEL: func @consumer_lanes(
// CHECK: scf.for
// CHECK: recur.generic
func.func @consumer_lanes(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"], reverse}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  %z = linalg.exp {fuse = "lanes"} ins(%r#1 : !btm) outs(%y0 : !btm) -> !btm
  return %r#0, %z : !btm, !btm
}

// CHECK-LABEL: func @consumer_time(
// CHECK: recur.generic
// CHECK: scf.for
// CHECK-NOT: recur.generic
// CHECK: return
func.func @consumer_time(%x: !btm, %k: !btm, %a: tensor<?x?xf64>, %h0: !btm) -> (!btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !btm
  %l = tensor.dim %x, %c1 : !btm
  %m = tensor.dim %x, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%x, %k, %a : !btm, !btm, tensor<?x?xf64>) state(%h0 : !btm) outs(%y0 : !btm) {
  ^bb0(%xt: f64, %kt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %i = recur.index 2 : index
    %ti = arith.addi %t, %i : index
    %tj = arith.index_cast %ti : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %xk = arith.mulf %xt, %kt : f64
    %h1 = arith.addf %ah, %xk : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (!btm, !btm)
  %z = linalg.exp {fuse = "time"} ins(%r#1 : !btm) outs(%y0 : !btm) -> !btm
  return %r#0, %z : !btm, !btm
}
