// RUN: kalmir-opt %s --kalmir-to-scheduled-pipeline="target=cuda chip=sm_90" | FileCheck %s
// RUN: kalmir-opt %s --kalmir-to-scheduled-pipeline="target=cuda chip=sm_90 chunk-length=9223372036854775807" | FileCheck %s --check-prefix=LONG
// RUN: kalmir-opt %s --kalmir-to-scheduled-pipeline="target=cuda chip=sm_90" --remarks-filter-passed=kalmir -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// What was chosen, and which limit binds: those of a step of all lanes that are known,
// else where one gives way to the other.
// REMARK: kalmir-recur-schedule {{.*}}chunked, chunk_length = 256>: {{.*}} schedulers, 128 lanes a vector; bound by latency (cycles a step of all lanes: latency 150, issue 81, memory 4)
// REMARK: kalmir-recur-schedule {{.*}}serial>: {{.*}}; bound by latency
// REMARK: kalmir-recur-schedule {{.*}}serial>: {{.*}}; bound by issue (cycles a step of all lanes: latency 150, issue 162, memory 33)
// REMARK: kalmir-recur-schedule {{.*}}serial>: {{.*}}; bound by memory
// REMARK: kalmir-recur-schedule {{.*}}serial>, else: {{.*}}; bound by latency up to 6666 lanes, beyond by memory
// REMARK: kalmir-recur-schedule {{.*}}serial>, else: {{.*}}; bound by latency up to 125155 states, beyond by issue where lanes have 4 states or more, else by memory

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

// CHECK-LABEL: func.func @affine_of_any_size
func.func @affine_of_any_size(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>, %h: tensor<?x?xf32>,
                              %out: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %hT, %all = recur.generic {indexing_maps = [#btd, #btd, #bd, #btd],
      iterator_types = ["parallel", "recurrence", "parallel"]}
      ins(%a, %b : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      state(%h : tensor<?x?xf32>) outs(%out : tensor<?x?x?xf32>) {
  ^bb0(%at: f32, %bt: f32, %ht: f32):
    %kept = arith.mulf %at, %ht : f32
    %next = arith.addf %kept, %bt : f32
    recur.yield state(%next : f32) outs(%next : f32)
  } -> (tensor<?x?xf32>, tensor<?x?x?xf32>)
  return %all : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @mixer_of_any_size
func.func @mixer_of_any_size(%v: tensor<?x?x?xf32>, %k: tensor<?x?x?xf32>, %w: tensor<?x?xf32>,
                             %h: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %y = kalman.linear_attention
      value(%v : tensor<?x?x?xf32>) precision(%v : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xf32>) query(%k : tensor<?x?x?xf32>)
      decay(%w : tensor<?x?xf32>) process_noise(%w : tensor<?x?xf32>)
      prior(%h, %h : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      -> (mean: tensor<?x?x?xf32>)
  return %y : tensor<?x?x?xf32>
}
