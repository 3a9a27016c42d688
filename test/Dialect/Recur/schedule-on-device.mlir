// RUN: kalmir-opt %s --kalmir-to-scheduled-pipeline="target=cuda chip=sm_90" | FileCheck %s
// RUN: kalmir-opt %s --kalmir-to-scheduled-pipeline="target=cuda chip=sm_90 chunk-length=9223372036854775807" | FileCheck %s --check-prefix=LONG

// On a device chunks fill schedulers that lanes leave idle, where time has two of them.

// CHECK-LABEL: func.func @few_lanes
// CHECK: schedule = #recur.schedule<chunked, chunk_length = 256>
// LONG-LABEL: func.func @few_lanes
// LONG: schedule = #recur.schedule<serial>
func.func @few_lanes(%v: tensor<1x2048x1024xf32>, %k: tensor<1x2048x16xf32>, %w: tensor<1024x16xf32>,
                     %h: tensor<1x1024x16xf32>) -> tensor<1x2048x1024xf32> {
  %y = kalman.linear_attention
      value(%v : tensor<1x2048x1024xf32>) precision(%v : tensor<1x2048x1024xf32>)
      key(%k : tensor<1x2048x16xf32>) query(%k : tensor<1x2048x16xf32>)
      decay(%w : tensor<1024x16xf32>) process_noise(%w : tensor<1024x16xf32>)
      prior(%h, %h : tensor<1x1024x16xf32>, tensor<1x1024x16xf32>)
      -> (mean: tensor<1x2048x1024xf32>)
  return %y : tensor<1x2048x1024xf32>
}

// CHECK-LABEL: func.func @short
// CHECK: schedule = #recur.schedule<serial>
func.func @short(%v: tensor<1x500x1024xf32>, %k: tensor<1x500x16xf32>, %w: tensor<1024x16xf32>,
                 %h: tensor<1x1024x16xf32>) -> tensor<1x500x1024xf32> {
  %y = kalman.linear_attention
      value(%v : tensor<1x500x1024xf32>) precision(%v : tensor<1x500x1024xf32>)
      key(%k : tensor<1x500x16xf32>) query(%k : tensor<1x500x16xf32>)
      decay(%w : tensor<1024x16xf32>) process_noise(%w : tensor<1024x16xf32>)
      prior(%h, %h : tensor<1x1024x16xf32>, tensor<1x1024x16xf32>)
      -> (mean: tensor<1x500x1024xf32>)
  return %y : tensor<1x500x1024xf32>
}

// CHECK-LABEL: func.func @many_lanes
// CHECK: schedule = #recur.schedule<serial>
func.func @many_lanes(%v: tensor<8x2048x1024xf32>, %k: tensor<8x2048x16xf32>, %w: tensor<1024x16xf32>,
                      %h: tensor<8x1024x16xf32>) -> tensor<8x2048x1024xf32> {
  %y = kalman.linear_attention
      value(%v : tensor<8x2048x1024xf32>) precision(%v : tensor<8x2048x1024xf32>)
      key(%k : tensor<8x2048x16xf32>) query(%k : tensor<8x2048x16xf32>)
      decay(%w : tensor<1024x16xf32>) process_noise(%w : tensor<1024x16xf32>)
      prior(%h, %h : tensor<8x1024x16xf32>, tensor<8x1024x16xf32>)
      -> (mean: tensor<8x2048x1024xf32>)
  return %y : tensor<8x2048x1024xf32>
}

// What memory binds runs once, however few lanes there are.

#btd = affine_map<(b, t, d) -> (b, t, d)>
#bd = affine_map<(b, t, d) -> (b, d)>
// CHECK-LABEL: func.func @affine
// CHECK: schedule = #recur.schedule<serial>
func.func @affine(%a: tensor<8x65536x1536xf32>, %b: tensor<8x65536x1536xf32>, %h: tensor<8x1536xf32>,
                  %out: tensor<8x65536x1536xf32>) -> tensor<8x65536x1536xf32> {
  %hT, %all = recur.generic {indexing_maps = [#btd, #btd, #bd, #btd],
      iterator_types = ["parallel", "recurrence", "parallel"]}
      ins(%a, %b : tensor<8x65536x1536xf32>, tensor<8x65536x1536xf32>)
      state(%h : tensor<8x1536xf32>) outs(%out : tensor<8x65536x1536xf32>) {
  ^bb0(%at: f32, %bt: f32, %ht: f32):
    %kept = arith.mulf %at, %ht : f32
    %next = arith.addf %kept, %bt : f32
    recur.yield state(%next : f32) outs(%next : f32)
  } -> (tensor<8x1536xf32>, tensor<8x65536x1536xf32>)
  return %all : tensor<8x65536x1536xf32>
}
