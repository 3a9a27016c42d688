"""Prints the launches of a call of kla_y as the bundle describes it, in the words of
test/Inputs/fake_cuda.c, for the tensors of test/Integration/Inputs/cuda_kla.py.

    launches.py EXAMPLES BUNDLE B L M S
"""

import os
import sys

sys.path.insert(0, os.path.join(sys.argv[1], "triton"))

from kalmir_bundle import Bundle

bundle = Bundle(sys.argv[2])
batch, length, channels, states = map(int, sys.argv[3:])
shapes = [[batch, length, channels]] * 2 + [[batch, length, states]] * 2
shapes += [[channels, states]] * 2 + [[batch, channels, states]] * 2
(output,) = bundle.output_shapes("kla_y", shapes)
assert output == [batch, length, channels], output
shapes.append(output)


def launch(name, grid, shared, arguments):
    kernel = bundle.kernels[name]
    assert len(arguments) == len(kernel["parameters"])
    size = lambda sizes: " ".join(map(str, sizes))
    first = " ".join(f"{argument:x}" for argument in arguments[:4])
    print(f"launch {kernel['symbol']} grid {size(grid)} block {size(kernel['block'])} "
          f"shared {shared} params {first}")


workspace = int(os.environ["WORKSPACE"], 0)
print("workspace", bundle.workspace_bytes("kla_y", shapes))
bundle.run("kla_y", shapes, [(1 << 44) + (i << 32) for i in range(9)], workspace, launch)
