// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-generate-entry-helpers --verify-diagnostics

func.func @head(%x: tensor<?xf32>, %n: tensor<i64>) -> tensor<?xf32> {
  // expected-error @+1 {{'head': expected extents that follow from the extents of the inputs, found one that depends on 'tensor.extract'}}
  %0 = tensor.extract %n[] : tensor<i64>
  %1 = arith.index_cast %0 : i64 to index
  %2 = tensor.extract_slice %x[0] [%1] [1] : tensor<?xf32> to tensor<?xf32>
  return %2 : tensor<?xf32>
}
