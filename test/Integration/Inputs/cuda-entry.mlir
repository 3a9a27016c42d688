// y = x * factor * factor, through the workspace, as host code with a kernel of
// PTX: what a lowering to CUDA gives before the C interface.

llvm.func @kalmir_rt_launch(!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64)

llvm.mlir.global internal constant @image("// scale\n.version 7.0\n.target sm_80\n.address_size 64\n.visible .entry scale(.param .u64 from, .param .u64 to, .param .u64 factor, .param .u64 count)\n{\n  .reg .pred %p;\n  .reg .b32 %r<4>;\n  .reg .b64 %d<9>;\n  .reg .f32 %f<3>;\n  mov.u32 %r0, %ctaid.x;\n  mov.u32 %r1, %ntid.x;\n  mov.u32 %r2, %tid.x;\n  cvt.u64.u32 %d0, %r2;\n  mad.wide.u32 %d1, %r0, %r1, %d0;\n  ld.param.u64 %d2, [count];\n  setp.ge.s64 %p, %d1, %d2;\n  @%p ret;\n  shl.b64 %d3, %d1, 2;\n  ld.param.u64 %d4, [from];\n  add.s64 %d4, %d4, %d3;\n  ld.param.u64 %d5, [to];\n  add.s64 %d5, %d5, %d3;\n  ld.param.u64 %d6, [factor];\n  ld.global.f32 %f0, [%d4];\n  ld.global.f32 %f1, [%d6];\n  mul.f32 %f2, %f0, %f1;\n  st.global.f32 [%d5], %f2;\n  ret;\n}\n")
llvm.mlir.global internal constant @name("scale\00")
llvm.mlir.global internal @scale.kernel() : !llvm.struct<(ptr, i64, ptr, ptr)> {
  %0 = llvm.mlir.undef : !llvm.struct<(ptr, i64, ptr, ptr)>
  %image = llvm.mlir.addressof @image : !llvm.ptr
  %bytes = llvm.mlir.constant(698 : i64) : i64
  %name = llvm.mlir.addressof @name : !llvm.ptr
  %null = llvm.mlir.zero : !llvm.ptr
  %1 = llvm.insertvalue %image, %0[0] : !llvm.struct<(ptr, i64, ptr, ptr)>
  %2 = llvm.insertvalue %bytes, %1[1] : !llvm.struct<(ptr, i64, ptr, ptr)>
  %3 = llvm.insertvalue %name, %2[2] : !llvm.struct<(ptr, i64, ptr, ptr)>
  %4 = llvm.insertvalue %null, %3[3] : !llvm.struct<(ptr, i64, ptr, ptr)>
  llvm.return %4 : !llvm.struct<(ptr, i64, ptr, ptr)>
}

llvm.func internal @scale(%from: !llvm.ptr, %to: !llvm.ptr, %factor: !llvm.ptr, %n: i64) {
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %c4 = llvm.mlir.constant(4 : i64) : i64
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %block = llvm.mlir.constant(128 : i64) : i64
  %rest = llvm.mlir.constant(127 : i64) : i64
  %up = llvm.add %n, %rest : i64
  %grid = llvm.sdiv %up, %block : i64
  %params = llvm.alloca %c4 x i64 : (i64) -> !llvm.ptr
  llvm.store %from, %params : !llvm.ptr, !llvm.ptr
  %p1 = llvm.getelementptr %params[1] : (!llvm.ptr) -> !llvm.ptr, i64
  llvm.store %to, %p1 : !llvm.ptr, !llvm.ptr
  %p2 = llvm.getelementptr %params[2] : (!llvm.ptr) -> !llvm.ptr, i64
  llvm.store %factor, %p2 : !llvm.ptr, !llvm.ptr
  %p3 = llvm.getelementptr %params[3] : (!llvm.ptr) -> !llvm.ptr, i64
  llvm.store %n, %p3 : i64, !llvm.ptr
  %kernel = llvm.mlir.addressof @scale.kernel : !llvm.ptr
  llvm.call @kalmir_rt_launch(%kernel, %grid, %c1, %c1, %block, %c1, %c1, %c0, %params, %c4) : (!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64) -> ()
  llvm.return
}

llvm.func @twice(
    %x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64, %n: i64, %x4: i64,
    %f: !llvm.ptr, %f1: !llvm.ptr, %f2: i64,
    %y: !llvm.ptr, %y1: !llvm.ptr, %y2: i64, %y3: i64, %y4: i64,
    %w: !llvm.ptr, %w1: !llvm.ptr, %w2: i64, %w3: i64, %w4: i64)
    attributes {kalmir.entry = #kalmir.entry<
      inputs = [#kalmir.argument<"x", f32, [-1]>, #kalmir.argument<"factor", f32, []>],
      outputs = [#kalmir.argument<"y", f32, [-1]>]>} {
  llvm.call @scale(%x, %w, %f, %n) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> ()
  llvm.call @scale(%w, %y, %f, %n) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> ()
  llvm.return
}

llvm.func @twice.shapes(
    %x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64, %n: i64, %x4: i64,
    %f: !llvm.ptr, %f1: !llvm.ptr, %f2: i64) -> i64 {
  llvm.return %n : i64
}

llvm.func @twice.workspace(
    %x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64, %n: i64, %x4: i64,
    %f: !llvm.ptr, %f1: !llvm.ptr, %f2: i64,
    %y: !llvm.ptr, %y1: !llvm.ptr, %y2: i64, %y3: i64, %y4: i64) -> i64 {
  %c4 = llvm.mlir.constant(4 : i64) : i64
  %c63 = llvm.mlir.constant(63 : i64) : i64
  %0 = llvm.mul %n, %c4 : i64
  %1 = llvm.add %0, %c63 : i64
  llvm.return %1 : i64
}

llvm.func @twice.info(
    %x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64, %n: i64, %x4: i64,
    %f: !llvm.ptr, %f1: !llvm.ptr, %f2: i64) -> !llvm.struct<(i64, i64)> {
  %0 = llvm.mlir.zero : !llvm.struct<(i64, i64)>
  llvm.return %0 : !llvm.struct<(i64, i64)>
}
