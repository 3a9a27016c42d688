// RUN: kalmir-opt %s --kalmir-launch-kernels --split-input-file --verify-diagnostics

module attributes {gpu.container_module} {
gpu.binary @k [#gpu.object<#nvvm.target<chip = "sm_90">, assembly = ".version 8.6">]
func.func @passes_a_buffer(%x: memref<?xf32>, %n: index) {
  // expected-error @+1 {{expected arguments of kernels to be numbers of at most 64 bits and pointers, found 'memref<?xf32>'}}
  gpu.launch_func @k::@f blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%x : memref<?xf32>)
  return
}
}

// -----

module attributes {gpu.container_module} {
// expected-error @+1 {{expected one object, found 2}}
gpu.binary @k [#gpu.object<#nvvm.target<chip = "sm_80">, assembly = "a">, #gpu.object<#nvvm.target<chip = "sm_90">, assembly = "b">]
func.func @two(%n: index) {
  gpu.launch_func @k::@f blocks in (%n, %n, %n) threads in (%n, %n, %n)
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.binary @k [#gpu.object<#nvvm.target<chip = "sm_90">, assembly = "a">]
func.func @touches(%x: memref<?xf32>, %n: index) -> f32 {
  // expected-error @+1 {{expected memory of the device to be touched by kernels only}}
  %v = memref.load %x[%n] : memref<?xf32>
  gpu.launch_func @k::@f blocks in (%n, %n, %n) threads in (%n, %n, %n)
  return %v : f32
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @k {
  gpu.func @f() kernel {
    gpu.return
  }
}
func.func @not_compiled(%n: index) {
  // expected-error @+1 {{expected a kernel in a gpu.binary, found 'k'}}
  gpu.launch_func @k::@f blocks in (%n, %n, %n) threads in (%n, %n, %n)
  return
}
}
