// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=98304 --canonicalize --cse --split-input-file | FileCheck %s

// How many states a channel has decides at run time which kernel runs: {threads of a
// group, states of a thread} are {1, 1}, {1, 4}, {4, 4}, {8, 4}, {16, 4}, {32, 4} and {32, 1},
// those of four states for multiples of four. {32, 4} takes what is left, too, with
// selections for states that do not exist, 128 states after the other.

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
// CHECK-LABEL: func @dynamic(
// CHECK: %[[S:.*]] = memref.dim %arg1, %c1
// CHECK: %[[EMPTY:.*]] = arith.cmpi eq, %[[S]], %c0
// CHECK: scf.if %[[EMPTY]] {
// CHECK:   linalg.fill
// CHECK: } else {
// CHECK: arith.cmpi ule, %[[S]], %c1 :
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: %[[FOUR:.*]] = arith.cmpi ule, %[[S]], %c4 :
// CHECK: %[[REST:.*]] = arith.remui %[[S]], %c4
// CHECK: %[[FOURS:.*]] = arith.cmpi eq, %[[REST]], %c0
// CHECK: %[[FITS:.*]] = arith.andi %[[FOUR]], %[[FOURS]]
// CHECK: scf.if %[[FITS]]
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: %[[SIXTEEN:.*]] = arith.cmpi ule, %[[S]], %c16 :
// CHECK: arith.andi %[[SIXTEEN]], %[[FOURS]]
// CHECK: gpu.launch
// What threads have added up waits in shared memory for helpers, a place left out after
// eight threads each where these have two for a channel. Registers are to suffice for two
// workgroups.
// CHECK: memref.view {{.*}} to memref<16x584xf32, #gpu.address_space<workgroup>>
// CHECK-NOT: gpu.shuffle
// CHECK: } {recur.workgroups = 2 : i32}
// CHECK: %[[THIRTY_TWO:.*]] = arith.cmpi ule, %[[S]], %c32 :
// CHECK: arith.andi %[[THIRTY_TWO]], %[[FOURS]]
// CHECK: gpu.launch
// CHECK: memref.view {{.*}} to memref<16x516xf32, #gpu.address_space<workgroup>>
// CHECK-NOT: gpu.shuffle
// CHECK: } {recur.workgroups = 2 : i32}
// CHECK: %[[SIXTY_FOUR:.*]] = arith.cmpi ule, %[[S]], %c64 :
// CHECK: arith.andi %[[SIXTY_FOUR]], %[[FOURS]]
// CHECK: gpu.launch
// CHECK: memref.view {{.*}} to memref<16x516xf32, #gpu.address_space<workgroup>>
// CHECK-NOT: gpu.shuffle
// CHECK: } {recur.workgroups = 2 : i32}
// CHECK: %[[MOST:.*]] = arith.cmpi ule, %[[S]], %c128 :
// CHECK: arith.andi %[[MOST]], %[[FOURS]]
// CHECK: gpu.launch
// A state exists for all of its thread or for none.
// CHECK-NOT: arith.select %{{.*}}, %{{.*}}, %cst : f32
// CHECK: } {recur.workgroups = 2 : i32}
// CHECK: scf.if %[[THIRTY_TWO]]
// CHECK: gpu.launch
// CHECK: memref.view {{.*}} to memref<16x516xf32, #gpu.address_space<workgroup>>
// CHECK-NOT: gpu.shuffle
// CHECK: } {recur.workgroups = 2 : i32}
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[S]] step %c128 {
// CHECK: gpu.launch
// A state that does not exist adds 0.
// CHECK: arith.select %{{.*}}, %{{.*}}, %cst : f32
// CHECK-NOT: gpu.shuffle
// CHECK: } {recur.workgroups = 2 : i32}
// CHECK-NOT: gpu.launch
func.func @dynamic(%x: memref<?x?xf32>, %h: memref<?x?xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Of 300 states, the sums of the later ones are added to those of the first, in a buffer of
// f32; after the last ones the sum is rounded.

// CHECK-LABEL: func @many(
// CHECK: %[[PARTIAL:.*]] = memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?xf32>
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %c300 step %c128 {
// CHECK:   gpu.launch
// CHECK:   %[[IS_FIRST:.*]] = arith.cmpi eq, %[[FIRST]], %c0
// CHECK:   %[[ALL:.*]] = scf.if %[[IS_FIRST]] -> (f32) {
// CHECK:     scf.yield %[[OWN:.*]] :
// CHECK:   } else {
// CHECK:     %[[OLD:.*]] = memref.load %[[PARTIAL]][
// CHECK:     %[[SUM:.*]] = arith.addf %[[OLD]], %[[OWN]] : f32
// CHECK:     scf.yield %[[SUM]]
// CHECK:   %[[END:.*]] = arith.addi %[[FIRST]], %c128
// CHECK:   %[[IS_LAST:.*]] = arith.cmpi uge, %[[END]], %c300
// CHECK:   scf.if %[[IS_LAST]] {
// CHECK:     %[[NARROW:.*]] = arith.truncf %[[ALL]] : f32 to bf16
// CHECK:     memref.store %[[NARROW]], %arg2[
// CHECK:   } else {
// CHECK:     memref.store %[[ALL]], %[[PARTIAL]][
// CHECK: memref.dealloc %[[PARTIAL]]
#ts = affine_map<(t, s) -> (t, s)>
#s = affine_map<(t, s) -> (s)>
#t = affine_map<(t, s) -> (t)>
func.func @many(%x: memref<?x300xf32>, %h: memref<300xf32>, %y: memref<?xbf16>) {
  recur.generic {indexing_maps = [#ts, #s, #t], iterator_types = ["recurrence", "reduction"]}
    ins(%x : memref<?x300xf32>) state(%h : memref<300xf32>) outs(%y : memref<?xbf16>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    %out = arith.truncf %h1 : f32 to bf16
    recur.yield state(%h1 : f32) outs(%out : bf16)
  }
  return
}

// -----

// Without states there is nothing to launch, and sums are 0.

// CHECK-LABEL: func @none(
// CHECK-NOT: gpu.launch
// CHECK: linalg.fill ins(%cst : f32) outs(%arg2
// CHECK-NOT: gpu.launch
// CHECK: return
#ts = affine_map<(t, s) -> (t, s)>
#s = affine_map<(t, s) -> (s)>
#t = affine_map<(t, s) -> (t)>
func.func @none(%x: memref<?x0xf32>, %h: memref<0xf32>, %y: memref<?xf32>) {
  recur.generic {indexing_maps = [#ts, #s, #t], iterator_types = ["recurrence", "reduction"]}
    ins(%x : memref<?x0xf32>) state(%h : memref<0xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Nor without channels.

// CHECK-LABEL: func @no_channels(
// CHECK-NOT: gpu.launch
// CHECK: return
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @no_channels(%x: memref<?x0xf32>, %h: memref<0xf32>) {
  recur.generic {indexing_maps = [#tm, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x0xf32>) state(%h : memref<0xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// -----

// No steps: states stay as they are.

// CHECK-LABEL: func @no_steps(
// CHECK: gpu.launch
// CHECK-NOT: arith.addf
// CHECK: memref.store %{{.*}}, %arg1[
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @no_steps(%x: memref<0x8xf32>, %h: memref<8xf32>) {
  recur.generic {indexing_maps = [#tm, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<0x8xf32>) state(%h : memref<8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// -----

// Backwards, an output of every step, a sum over time, bf16 inputs.

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @reverse(
// CHECK-SAME: %[[X:.*]]: memref<?x?xbf16>, %[[H:.*]]: memref<?xf32>, %[[Y:.*]]: memref<?x?xf32>, %[[TOTAL:.*]]: memref<?xf32>)
// CHECK: %[[L:.*]] = memref.dim %[[X]], %c0
// CHECK: gpu.launch
// CHECK: scf.for %{{.*}} step %c16 iter_args
// CHECK: scf.for %[[STEP:[a-z0-9]+]] = %{{.*}} step %c1 iter_args
// CHECK:   %[[NUMBER:.*]] = arith.addi %{{.*}}, %[[STEP]]
// CHECK:   arith.extf %{{.*}} : bf16 to f32
// CHECK:   %[[T:.*]] = arith.subi %{{.*}}, %[[NUMBER]]
// CHECK:   memref.store %{{.*}}, %[[Y]][%[[T]],
// CHECK: scf.if
// CHECK:   memref.store %{{.*}}, %[[TOTAL]]
func.func @reverse(%x: memref<?x?xbf16>, %h: memref<?xf32>, %y: memref<?x?xf32>,
                   %total: memref<?xf32>) {
  recur.generic {indexing_maps = [#tm, #m, #tm, #m],
      iterator_types = ["recurrence", "parallel"], reverse}
    ins(%x : memref<?x?xbf16>) state(%h : memref<?xf32>)
    outs(%y, %total : memref<?x?xf32>, memref<?xf32>) {
  ^bb0(%xi: bf16, %ht: f32):
    %xt = arith.extf %xi : bf16 to f32
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1 : f32, f32)
  }
  return
}

// -----

// Nothing is summed: inputs are the same for all values of the first parallel
// iterator, which are shared by the threads of a group as states are.

#tm = affine_map<(t, n, m) -> (t, m)>
#nm = affine_map<(t, n, m) -> (n, m)>
#tnm = affine_map<(t, n, m) -> (t, n, m)>
// CHECK-LABEL: func @parallel(
// CHECK: %[[GROUPS:.*]] = arith.ceildivui %{{.*}}, %c16
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: memref.store %{{.*}}, %arg2[
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: return
func.func @parallel(%x: memref<?x?xf32>, %h: memref<?x?xf32>, %y: memref<?x?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #nm, #tnm],
      iterator_types = ["recurrence", "parallel", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x?xf32>) outs(%y : memref<?x?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Sums over time keep every parallel iterator a channel's.

#t = affine_map<(t, m, r) -> (t, m)>
#mr = affine_map<(t, m, r) -> (m, r)>
// CHECK-LABEL: func @sum_over_time(
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: memref.store %{{.*}}, %arg2[
// CHECK: return
func.func @sum_over_time(%x: memref<?x?xf32>, %h: memref<?x?xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#t, #mr, #mr],
      iterator_types = ["recurrence", "parallel", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x?xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// One step, known when compiled: a state a thread, nothing in shared memory,
// and the states before it are read where they are.

// CHECK-LABEL: func @one_step(
// CHECK-SAME: %[[X:.*]]: memref<1x?xf32>, %[[A:.*]]: memref<?x16xf32>, %[[H:.*]]: memref<?x16xf32>, %[[NEXT:.*]]: memref<?x16xf32>, %[[Y:.*]]: memref<1x?xf32>)
// CHECK-NOT: linalg.copy
// CHECK: arith.ceildivui %{{.*}}, %c8
// CHECK: gpu.launch
// CHECK-NOT: memref.view
// CHECK-NOT: device_async_copy
// CHECK: memref.load %[[H]]
// CHECK: gpu.barrier
// CHECK-NOT: scf.for
// CHECK: memref.load %[[X]]
// CHECK-COUNT-4: gpu.shuffle
// CHECK-NOT: scf.if
// CHECK: memref.store %{{.*}}, %[[Y]]
// CHECK: memref.store %{{.*}}, %[[NEXT]]
// CHECK-NOT: memref.load
#one = affine_map<(t, m, s) -> (t, m)>
#states = affine_map<(t, m, s) -> (m, s)>
func.func @one_step(%x: memref<1x?xf32>, %a: memref<?x16xf32>, %h: memref<?x16xf32>,
                    %next: memref<?x16xf32>, %y: memref<1x?xf32>) {
  linalg.copy ins(%h : memref<?x16xf32>) outs(%next : memref<?x16xf32>)
  recur.generic {indexing_maps = [#one, #states, #states, #one],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a : memref<1x?xf32>, memref<?x16xf32>) state(%next : memref<?x16xf32>)
    outs(%y : memref<1x?xf32>) {
  ^bb0(%xt: f32, %at: f32, %ht: f32):
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Four threads read each value of %x: helpers widen it for all, from a stage of a
// tile to a ring of two windows, where four steps of a channel lie side by side:
// two channels of four steps at once.

// CHECK-LABEL: func @widened(
// CHECK: gpu.launch
// CHECK: %[[WIDE:.*]] = memref.view {{.*}} to memref<16x32x4xf32, #gpu.address_space<workgroup>>
// CHECK: nvvm.barrier
// CHECK: scf.for
// CHECK: nvvm.barrier
// A window is one body of the loop.
// CHECK: scf.for {{.*}} step %c32
// CHECK-NOT: arith.extf
// CHECK-COUNT-8: vector.load %[[WIDE]]{{.*}} vector<4xf32>
// CHECK-NOT: arith.extf
// CHECK: scf.for {{.*}} step %c1 
// CHECK: memref.load %[[WIDE]]
// CHECK-NOT: arith.extf
// CHECK: } else {
// CHECK-DAG: %[[NARROW:.*]] = memref.view {{.*}} to memref<3x32x40xbf16, #gpu.address_space<workgroup>>
// CHECK-DAG: %[[WIDE:.*]] = memref.view {{.*}} to memref<16x32x4xf32, #gpu.address_space<workgroup>>
// The first tile has to be there, of two that have begun to come.
// CHECK: nvvm.cp.async.wait.group 1
// CHECK: nvvm.barrier
// CHECK: %[[FIRST:.*]] = vector.load %[[NARROW]][%c0{{.*}}] {{.*}} vector<2xbf16>
// CHECK-COUNT-3: vector.load %[[NARROW]][%c0{{.*}}] {{.*}} vector<2xbf16>
// CHECK: %[[PAIR:.*]] = vector.bitcast %[[FIRST]] : vector<2xbf16> to vector<1xi32>
// CHECK: %[[LOWER:.*]] = arith.shli %[[PAIR]], %cst{{.*}} : vector<1xi32>
// CHECK: %[[UPPER:.*]] = arith.andi %[[PAIR]], %cst{{.*}} : vector<1xi32>
// CHECK: %[[BITS:.*]] = vector.interleave %[[LOWER]], %[[UPPER]] : vector<1xi32> -> vector<2xi32>
// CHECK: %[[FLOATS:.*]] = vector.bitcast %[[BITS]] : vector<2xi32> to vector<2xf32>
// CHECK: %[[STEP:.*]] = vector.extract %[[FLOATS]][0]
// CHECK: %[[ROW:.*]] = vector.from_elements %[[STEP]], %{{.*}}, %{{.*}}, %{{.*}} : vector<4xf32>
// CHECK: vector.store %[[ROW]], %[[WIDE]][%{{.*}}, %[[CHANNEL:.*]], %c0]
// CHECK: %[[OTHER:.*]] = vector.extract %[[FLOATS]][1]
// CHECK: %[[NEIGHBOUR:.*]] = arith.addi %[[CHANNEL]], %c1
// CHECK: %[[OTHER_ROW:.*]] = vector.from_elements %[[OTHER]],
// CHECK: vector.store %[[OTHER_ROW]], %[[WIDE]][%{{.*}}, %[[NEIGHBOUR]], %c0]
// CHECK: scf.for
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: nvvm.barrier
// CHECK: memref.store %{{.*}}, %arg3
// CHECK: vector.load %[[NARROW]]
// CHECK: vector.store %{{.*}}, %[[WIDE]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @widened(%x: memref<?x?xbf16>, %a: memref<?x16xf32>, %h: memref<?x16xf32>,
                   %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a : memref<?x?xbf16>, memref<?x16xf32>) state(%h : memref<?x16xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: bf16, %at: f32, %ht: f32):
    %wide = arith.extf %xt : bf16 to f32
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %wide : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// A value that steps use as it is stays narrow.

// CHECK-LABEL: func @narrow(
// CHECK: memref.view {{.*}} to memref<3x32x32xbf16
// CHECK-NOT: memref<2x
// CHECK: return
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @narrow(%x: memref<?x?xbf16>, %a: memref<?x16xf32>, %h: memref<?x16xf32>,
                  %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a : memref<?x?xbf16>, memref<?x16xf32>) state(%h : memref<?x16xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: bf16, %at: f32, %ht: f32):
    %twice = arith.addf %xt, %xt : bf16
    %wide = arith.extf %xt : bf16 to f32
    %wide2 = arith.extf %twice : bf16 to f32
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %wide : f32
    %h2 = arith.addf %h1, %wide2 : f32
    recur.yield state(%h2 : f32) outs(%h2 : f32)
  }
  return
}

// -----

// Without sums and with time contiguous, the iterator along which most inputs do not
// change is shared by a group of threads; neighbouring workgroups have other values of the
// other one.

// CHECK-LABEL: func @time_contiguous(
// CHECK-DAG: %[[M:.*]] = memref.dim %arg0, %c0
// CHECK-DAG: %[[S:.*]] = memref.dim %arg2, %c0
// CHECK-DAG: arith.ceildivui %[[M]], %c32
// CHECK-DAG: arith.ceildivui %[[S]], %c16
// CHECK: gpu.launch
#mt = affine_map<(t, m, s) -> (m, t)>
#st = affine_map<(t, m, s) -> (s, t)>
#lanes = affine_map<(t, m, s) -> (m, s)>
func.func @time_contiguous(%x: memref<?x?xf32>, %u: memref<?x?xf32>, %b: memref<?x?xf32>,
                           %h: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#mt, #mt, #st, #lanes],
      iterator_types = ["recurrence", "parallel", "parallel"]}
    ins(%x, %u, %b : memref<?x?xf32>, memref<?x?xf32>, memref<?x?xf32>)
    state(%h : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ut: f32, %bt: f32, %ht: f32):
    %0 = arith.mulf %xt, %ht : f32
    %1 = arith.mulf %ut, %bt : f32
    %h1 = arith.addf %0, %1 : f32
    recur.yield state(%h1 : f32)
  }
  return
}
