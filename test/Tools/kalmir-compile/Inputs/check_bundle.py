"""Checks that a bundle has what triton.compiler.compiler.CompiledKernel reads.

    check_bundle.py BUNDLE
"""

import json
import os
import re
import sys

directory = sys.argv[1]
with open(os.path.join(directory, "manifest.json")) as file:
    kernels = json.load(file)["kernels"]
for name, kernel in kernels.items():
    assert sorted(kernel["files"]) == ["cubin", "json", "ptx"], kernel
    with open(os.path.join(directory, kernel["files"]["ptx"])) as file:
        ptx = file.read()
    assert re.findall(r"\.visible \.entry (\w+)", ptx) == [kernel["symbol"]], name
    assert ptx.count(".param .u64") + ptx.count(".param .u32") == len(kernel["parameters"]), name
    assert kernel["registers"] > 0, kernel
    with open(os.path.join(directory, kernel["files"]["cubin"]), "rb") as file:
        assert file.read(4) == b"\x7fELF", name
    with open(os.path.join(directory, kernel["files"]["json"])) as file:
        metadata = json.load(file)
    assert metadata["name"] == kernel["symbol"]
    assert metadata["target"] == {"backend": "cuda", "arch": 90, "warp_size": 32}
    assert [32 * metadata["num_warps"], 1, 1] == kernel["block"], kernel
    assert metadata["kalmir_signature"] == kernel["parameters"]
    assert set(kernel["parameters"]) <= {"*i8", "i32", "i64", "fp32"}, kernel
    assert metadata["shared"] >= 0 and metadata["num_ctas"] == 1
    for key in ["global_scratch_size", "profile_scratch_size", "tmem_size"]:
        assert metadata[key] == 0, key
    for key in ["global_scratch_align", "profile_scratch_align"]:
        assert metadata[key] == 1, key
    for key in ["launch_cooperative_grid", "launch_pdl"]:
        assert metadata[key] is False, key
print(len(kernels), "kernels")
