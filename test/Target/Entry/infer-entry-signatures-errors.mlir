// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --split-input-file --verify-diagnostics

// expected-error @+1 {{argument 1: expected a ranked tensor of i1, i8, i16, i32, i64, f16, bf16, f32 or f64 for a function that C code calls, found 'index'; pass a number as a tensor without dimensions, or make the function private if it is no entry}}
func.func @scalar(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// -----

// expected-error @+1 {{result 0: expected a ranked tensor of i1, i8, i16, i32, i64, f16, bf16, f32 or f64 for a function that C code calls, found 'tensor<*xf32>'; make the function private if it is no entry}}
func.func @unranked(%x: tensor<?xf32>) -> tensor<*xf32> {
  %0 = tensor.cast %x : tensor<?xf32> to tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// expected-error @+1 {{expected a C identifier as the name of an entry, found 'to-c'}}
func.func @"to-c"(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// -----

// expected-error @+1 {{expected an entry of one block, found 2}}
func.func @blocks(%x: tensor<?xf32>) -> tensor<?xf32> {
  cf.br ^bb1
^bb1:
  return %x : tensor<?xf32>
}

// -----

func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
// expected-error @+1 {{expected another name: the entry 'f' exports 'f_info'}}
func.func @f_info(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
