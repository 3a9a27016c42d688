"""Calls an entry of a bundle of PTX (kalmir-compile --emit=ptx) on the CPU."""

import os
import re
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "examples", "triton"))

import ptx_emulator
from kalmir_bundle import Bundle

DTYPES = {"f32": np.float32, "f64": np.float64, "bf16": np.uint16, "f16": np.float16,
          "i1": np.bool_, "i8": np.int8, "i32": np.int32, "i64": np.int64, "index": np.int64}


class EmulatedBundle:
    def __init__(self, directory, without=None):
        """`without` is a regular expression of instructions to leave out."""
        self.directory, self.without = directory, without
        self.bundle = Bundle(directory)
        self.kernels = {}

    def kernel(self, name):
        if name not in self.kernels:
            path = os.path.join(self.directory, self.bundle.kernels[name]["files"]["ptx"])
            with open(path) as file:
                text = file.read()
            if self.without:
                text = re.sub(rf"(?m)^\s*(?:{self.without})[^;]*;$", "", text)
            self.kernels[name] = ptx_emulator.Kernel(text)
        return self.kernels[name]

    def call(self, entry, inputs, rng, together=True, misalignment=0):
        """The results for arrays `inputs` by name (bf16 as bits), and the kernels that
        ran, the warps of a workgroup together or one by one. `misalignment` moves buffers
        by so many elements from multiples of 256 bytes."""
        description = self.bundle.entries[entry]
        arrays = [np.ascontiguousarray(inputs[i["name"]], dtype=DTYPES[i["type"]])
                  for i in description["inputs"]]
        shapes = [list(array.shape) for array in arrays]
        results = self.bundle.output_shapes(entry, shapes)
        dtypes = [DTYPES[output["type"]] for output in description["outputs"]]
        workspace_bytes = self.bundle.workspace_bytes(entry, shapes + results)
        buffers = [(array.shape, array.dtype) for array in arrays]
        buffers += [(shape, np.dtype(dtype)) for shape, dtype in zip(results, dtypes)]
        sizes = [int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
                 for shape, dtype in buffers]
        memory = ptx_emulator.Memory(sum(sizes) + workspace_bytes + 1024 * (len(sizes) + 2))
        pointers = [memory.allocate(size, misalignment * dtype.itemsize)
                    for size, (_, dtype) in zip(sizes, buffers)]
        workspace = memory.allocate(workspace_bytes)
        for array, pointer in zip(arrays, pointers):
            memory.view(pointer, array.dtype, array.shape)[...] = array
        names = []

        def launch(name, grid, shared, arguments):
            names.append(name)
            block = self.bundle.kernels[name]["block"][0]
            ptx_emulator.launch(self.kernel(name), memory, grid[0], block, shared, arguments, rng,
                                together)

        self.bundle.run(entry, shapes + results, pointers, workspace, launch)
        return [memory.view(pointer, dtype, shape).copy() for pointer, dtype, shape in
                zip(pointers[len(arrays):], dtypes, results)], names
