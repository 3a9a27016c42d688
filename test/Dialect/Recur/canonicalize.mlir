// RUN: kalmir-opt %s --canonicalize --split-input-file | FileCheck %s

#mt = affine_map<(m, t) -> (m, t)>
#m  = affine_map<(m, t) -> (m)>
#t  = affine_map<(m, t) -> (t)>

// An unused output takes what only it needed along: the division, the input,
// and the state that only it read.
// CHECK-LABEL: func @unused_output
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>, %[[D:[^:]*]]: tensor<?x?xf32>, %[[H0:[^:]*]]: tensor<?xf32>, %[[G0:[^:]*]]: tensor<?xf32>, %[[Y0:[^:]*]]: tensor<?x?xf32>
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} ins(%[[X]] : tensor<?x?xf32>) state(%[[H0]] : tensor<?xf32>) outs(%[[Y0]] : tensor<?x?xf32>) {
// CHECK-NEXT: ^bb0(%[[XT:.*]]: f32, %[[H:.*]]: f32):
// CHECK-NEXT: %[[H1:.*]] = arith.addf %[[H]], %[[XT]]
// CHECK-NEXT: recur.yield state(%[[H1]] : f32) outs(%[[H1]] : f32)
// CHECK-NEXT: }
// CHECK-NEXT: return %[[R]]#1
func.func @unused_output(%x: tensor<?x?xf32>, %d: tensor<?x?xf32>, %h0: tensor<?xf32>,
                         %g0: tensor<?xf32>, %y0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r:4 = recur.generic {indexing_maps = [#mt, #mt, #m, #m, #mt, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x, %d : tensor<?x?xf32>, tensor<?x?xf32>)
    state(%h0, %g0 : tensor<?xf32>, tensor<?xf32>)
    outs(%y0, %y0 : tensor<?x?xf32>, tensor<?x?xf32>) {
  ^bb0(%xt: f32, %dt: f32, %h: f32, %g: f32):
    %h1 = arith.addf %h, %xt : f32
    %g1 = arith.addf %g, %h1 : f32
    %v = arith.divf %g1, %dt : f32
    recur.yield state(%h1, %g1 : f32, f32) outs(%h1, %v : f32, f32)
  } -> (tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  return %r#2 : tensor<?x?xf32>
}

// A state that another live state reads stays, though its final value is
// unused; two dead states that only read each other go.
// CHECK-LABEL: func @needed_state
// CHECK: recur.generic {{.*}} state(%{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>) {
// CHECK-NEXT: ^bb0(%[[XT:.*]]: f32, %[[H:.*]]: f32, %[[G:.*]]: f32):
// CHECK-NEXT: %[[H1:.*]] = arith.addf %[[H]], %[[G]]
// CHECK-NEXT: %[[G1:.*]] = arith.mulf %[[G]], %[[XT]]
// CHECK-NEXT: recur.yield state(%[[H1]], %[[G1]] : f32, f32)
func.func @needed_state(%x: tensor<4x?xf32>, %s0: tensor<4xf32>) -> tensor<4xf32> {
  %r:4 = recur.generic {indexing_maps = [#mt, #m, #m, #m, #m],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>)
    state(%s0, %s0, %s0, %s0 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%xt: f32, %p: f32, %h: f32, %q: f32, %g: f32):
    %p1 = arith.addf %p, %q : f32
    %q1 = arith.subf %p, %h : f32
    %h1 = arith.addf %h, %g : f32
    %g1 = arith.mulf %g, %xt : f32
    recur.yield state(%p1, %h1, %q1, %g1 : f32, f32, f32, f32)
  } -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// The output that summed over the reduction goes: no reduction is left.
// CHECK-LABEL: func @no_reduction_left
// CHECK: recur.generic {{.*}} iterator_types = ["parallel", "recurrence"]
// CHECK-SAME: outs(%{{.*}} : tensor<4x?xf32>)
func.func @no_reduction_left(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>,
                             %z0: tensor<?xf32>) -> (tensor<4xf32>, tensor<4x?xf32>) {
  %r:3 = recur.generic {indexing_maps = [#mt, #m, #mt, #t],
      iterator_types = ["reduction", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>)
    outs(%y0, %z0 : tensor<4x?xf32>, tensor<?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1 : f32, f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4x?xf32>
}

// Nothing but the unused output tells the length: it stays (C6), and so does an
// unused input in the same place.
// CHECK-LABEL: func @only_extent
// CHECK: recur.generic {{.*}} outs(%{{.*}} : tensor<4x?xf32>)
// CHECK: recur.generic {{.*}} ins(%{{.*}} : tensor<4x?xf32>) state(%{{.*}} : tensor<4xf32>) {
func.func @only_extent(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>)
    -> (tensor<4xf32>, tensor<4xf32>) {
  %r:2 = recur.generic {indexing_maps = [#m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%h: f32):
    %h1 = arith.addf %h, %h : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  %s = recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %h : f32
    recur.yield state(%h1 : f32)
  } -> tensor<4xf32>
  return %r#0, %s : tensor<4xf32>, tensor<4xf32>
}

// Only state 1 is read, and only the dead state tells the extent of the lanes.
// CHECK-LABEL: func @dead_state_extent
// CHECK: recur.generic {{.*}} ins(%{{.*}} : tensor<?xf32>) state(%{{.*}} : tensor<4xf32>) outs(%{{.*}} : tensor<?xf32>)
func.func @dead_state_extent(%x: tensor<?xf32>, %h0: tensor<4xf32>, %y0: tensor<?xf32>)
    -> tensor<?xf32> {
  %r:2 = recur.generic {indexing_maps = [#t, #m, #t],
      iterator_types = ["reduction", "recurrence"]}
    ins(%x : tensor<?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%xt : f32)
  } -> (tensor<4xf32>, tensor<?xf32>)
  return %r#1 : tensor<?xf32>
}

// Equal inputs become one; the first of the two was not used itself.
// CHECK-LABEL: func @duplicate_inputs
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x?xf32>
// CHECK: recur.generic {{.*}} ins(%[[X]] : tensor<4x?xf32>)
// CHECK-NEXT: ^bb0(%[[XT:.*]]: f32, %[[H:.*]]: f32):
// CHECK-NEXT: arith.mulf %[[XT]], %[[XT]]
func.func @duplicate_inputs(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) -> tensor<4xf32> {
  %r = recur.generic {indexing_maps = [#mt, #mt, #mt, #m],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x, %x, %x : tensor<4x?xf32>, tensor<4x?xf32>, tensor<4x?xf32>)
    state(%h0 : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %h: f32):
    %p = arith.mulf %b, %c : f32
    %h1 = arith.addf %h, %p : f32
    recur.yield state(%h1 : f32)
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// On buffers inputs go too; what is written stays.
// CHECK-LABEL: func @buffers
// CHECK: recur.generic {{.*}} ins(%{{.*}} : memref<4x?xf32>) state(%{{.*}} : memref<4xf32>) outs(%{{.*}} : memref<4x?xf32>)
func.func @buffers(%x: memref<4x?xf32>, %z: memref<4x?xf32>, %h0: memref<4xf32>,
                   %y0: memref<4x?xf32>) {
  recur.generic {indexing_maps = [#mt, #mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x, %z : memref<4x?xf32>, memref<4x?xf32>) state(%h0 : memref<4xf32>)
    outs(%y0 : memref<4x?xf32>) {
  ^bb0(%xt: f32, %zt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// Static information moves into the op.
// CHECK-LABEL: func @casts
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} ins(%{{.*}} : tensor<4x9xf32>) state(%{{.*}} : tensor<4xf32>) outs(%{{.*}} : tensor<4x9xf32>)
// CHECK: } -> (tensor<4xf32>, tensor<4x9xf32>)
func.func @casts(%x: tensor<4x9xf32>, %h0: tensor<4xf32>, %y0: tensor<4x9xf32>)
    -> (tensor<?xf32>, tensor<?x?xf32>) {
  %xd = tensor.cast %x : tensor<4x9xf32> to tensor<?x?xf32>
  %hd = tensor.cast %h0 : tensor<4xf32> to tensor<?xf32>
  %yd = tensor.cast %y0 : tensor<4x9xf32> to tensor<?x?xf32>
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%xd : tensor<?x?xf32>) state(%hd : tensor<?xf32>) outs(%yd : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?x?xf32>
}

// A scan loses inputs that neither step nor extend uses, and unused outputs; its
// states belong to its elements and stay.
// CHECK-LABEL: func @scan
// CHECK: recur.scan {{.*}} ins(%{{.*}} : tensor<4x?xf32>) state(%{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>) step
// CHECK: recur.yield state(%{{.*}}, %{{.*}} : f32, f32)
// CHECK-NEXT: } extend
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
func.func @scan(%x: tensor<4x?xf32>, %z: tensor<4x?xf32>, %h0: tensor<4xf32>,
                %y0: tensor<4x?xf32>) -> tensor<4xf32> {
  %r:3 = recur.scan {indexing_maps = [#mt, #mt, #m, #m, #mt],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32, 0.0 : f32]}
    ins(%x, %z : tensor<4x?xf32>, tensor<4x?xf32>)
    state(%h0, %h0 : tensor<4xf32>, tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) step {
  ^bb0(%xt: f32, %zt: f32, %h: f32, %g: f32):
    %h1 = arith.addf %h, %xt : f32
    %g1 = arith.subf %g, %xt : f32
    recur.yield state(%h1, %g1 : f32, f32) outs(%zt : f32)
  } extend {
  ^bb0(%xt: f32, %zt: f32, %e: f32, %f: f32):
    %e1 = arith.addf %e, %xt : f32
    %f1 = arith.subf %f, %xt : f32
    recur.yield state(%e1, %f1 : f32, f32)
  } combine {
  ^bb0(%e: f32, %f: f32, %l: f32, %k: f32):
    %s = arith.addf %e, %l : f32
    %u = arith.addf %f, %k : f32
    recur.yield state(%s, %u : f32, f32)
  } apply {
  ^bb0(%e: f32, %f: f32, %h: f32, %g: f32):
    %s = arith.addf %e, %h : f32
    %u = arith.addf %f, %g : f32
    recur.yield state(%s, %u : f32, f32)
  } -> (tensor<4xf32>, tensor<4xf32>, tensor<4x?xf32>)
  return %r#0 : tensor<4xf32>
}

// Nothing is left of a recurrence without uses.
// CHECK-LABEL: func @dead
// CHECK-NEXT: return
func.func @dead(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  %r = recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<4xf32>
  return
}

// Length 0: initial states, empty outputs, sums of nothing.
// CHECK-LABEL: func @length_0
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x0xf32>, %[[H0:[^:]*]]: tensor<4xf32>, %[[Y0:[^:]*]]: tensor<4x?xf32>, %[[Z0:[^:]*]]: tensor<4xf64>
// CHECK: %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f64
// CHECK: %[[Z:.*]] = linalg.fill ins(%[[ZERO]] : f64) outs(%[[Z0]] : tensor<4xf64>)
// CHECK: return %[[H0]], %[[Y0]], %[[Z]]
func.func @length_0(%x: tensor<4x0xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>,
                    %z0: tensor<4xf64>) -> (tensor<4xf32>, tensor<4x?xf32>, tensor<4xf64>) {
  %r:3 = recur.generic {indexing_maps = [#mt, #m, #mt, #m],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x0xf32>) state(%h0 : tensor<4xf32>)
    outs(%y0, %z0 : tensor<4x?xf32>, tensor<4xf64>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    %z = arith.extf %h1 : f32 to f64
    recur.yield state(%h1 : f32) outs(%h1, %z : f32, f64)
  } -> (tensor<4xf32>, tensor<4x?xf32>, tensor<4xf64>)
  return %r#0, %r#1, %r#2 : tensor<4xf32>, tensor<4x?xf32>, tensor<4xf64>
}

// A packed batch of no tokens.
// CHECK-LABEL: func @length_0_packed
// CHECK-SAME: %[[H0:[^:]*]]: tensor<3x4xf32>
// CHECK: return %[[H0]]
func.func @length_0_packed(%x: tensor<4x0xf32>, %cu: tensor<4xi32>, %h0: tensor<3x4xf32>)
    -> tensor<3x4xf32> {
  %r = recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x0xf32>) segments(%cu : tensor<4xi32>) state(%h0 : tensor<3x4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// -----

#bts = affine_map<(b, t, s) -> (b, t, s)>
#bt  = affine_map<(b, t, s) -> (b, t)>
#bs  = affine_map<(b, t, s) -> (b, s)>
#b   = affine_map<(b, t, s) -> (b)>

// Length 1: one step for each lane. Sums start from 0; the final state is where
// the initial one was.
// CHECK-DAG: #[[$BS:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$B:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[$ONE:.+]] = affine_map<(d0, d1) -> ()>
// CHECK-LABEL: func @length_1
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x1x?xf32>, %[[C:[^:]*]]: f32, %[[H0:[^:]*]]: tensor<?x?xf32>, %[[Y0:[^:]*]]: tensor<?x?xf32>, %[[Z0:[^:]*]]: tensor<?xf32>
// CHECK: %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f32
// CHECK: %[[XT:.*]] = tensor.extract_slice %[[X]][0, 0, 0] [%{{.*}}, 1, %{{.*}}] [1, 1, 1] : tensor<?x1x?xf32> to tensor<?x?xf32>
// CHECK: %[[YT:.*]] = tensor.extract_slice %[[Y0]][0, 0] [%{{.*}}, 1] [1, 1] : tensor<?x?xf32> to tensor<?xf32>
// CHECK: %[[YF:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%[[YT]] : tensor<?xf32>)
// CHECK: %[[ZF:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%[[Z0]] : tensor<?xf32>)
// CHECK: %[[R:.*]]:3 = linalg.generic {indexing_maps = [#[[$BS]], #[[$ONE]], #[[$BS]], #[[$B]], #[[$B]]], iterator_types = ["parallel", "reduction"]} ins(%[[XT]], %[[C]] : tensor<?x?xf32>, f32) outs(%[[H0]], %[[YF]], %[[ZF]] :
// CHECK-NEXT: ^bb0(%[[IN:.*]]: f32, %[[CC:.*]]: f32, %[[H:.*]]: f32, %[[YS:.*]]: f32, %[[ZS:.*]]: f32):
// CHECK-NEXT: %[[I:.*]] = linalg.index 1
// CHECK-NOT: recur.index
// CHECK: %[[H1:.*]] = arith.addf %{{.*}}, %{{.*}}
// CHECK: %[[Y:.*]] = arith.addf %[[YS]], %[[H1]]
// CHECK: %[[Z:.*]] = arith.addf %[[ZS]], %[[H]]
// CHECK: linalg.yield %[[H1]], %[[Y]], %[[Z]]
// CHECK: %[[YR:.*]] = tensor.insert_slice %[[R]]#1 into %[[Y0]][0, 0] [%{{.*}}, 1] [1, 1]
// CHECK: return %[[R]]#0, %[[YR]], %[[R]]#2
func.func @length_1(%x: tensor<?x1x?xf32>, %c: f32, %h0: tensor<?x?xf32>, %y0: tensor<?x?xf32>,
                    %z0: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) {
  %r:3 = recur.generic {indexing_maps = [#bts, affine_map<(b, t, s) -> ()>, #bs, #bt, #b],
      iterator_types = ["parallel", "recurrence", "reduction"], reverse}
    ins(%x, %c : tensor<?x1x?xf32>, f32) state(%h0 : tensor<?x?xf32>)
    outs(%y0, %z0 : tensor<?x?xf32>, tensor<?xf32>) {
  ^bb0(%xt: f32, %cc: f32, %h: f32):
    %t = recur.index 1 : index
    %s = recur.index 2 : index
    %ts = arith.addi %t, %s : index
    %tsi = arith.index_cast %ts : index to i32
    %tsf = arith.sitofp %tsi : i32 to f32
    %ch = arith.mulf %cc, %h : f32
    %cx = arith.mulf %tsf, %xt : f32
    %h1 = arith.addf %ch, %cx : f32
    recur.yield state(%h1 : f32) outs(%h1, %h : f32, f32)
  } -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>)
  return %r#0, %r#1, %r#2 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>
}

// The one token of a packed batch may be anywhere: nothing is folded.
// CHECK-LABEL: func @length_1_packed
// CHECK: recur.generic
func.func @length_1_packed(%x: tensor<4x1xf32>, %cu: tensor<4xi32>, %h0: tensor<3x4xf32>)
    -> tensor<3x4xf32> {
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x1xf32>) segments(%cu : tensor<4xi32>) state(%h0 : tensor<3x4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// A schedule says how the step runs, rescaling included.
// CHECK-LABEL: func @length_1_scheduled
// CHECK: recur.generic
func.func @length_1_scheduled(%x: tensor<4x1xf32>, %h0: tensor<4xf32>) -> tensor<4xf32> {
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], schedule = #recur.schedule<serial>}
    ins(%x : tensor<4x1xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
