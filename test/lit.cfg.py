# lit configuration: every .mlir, .test and unit-test program below test/.

import ctypes
import os
import shutil

import lit.formats

config.name = "kalmir"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt", "lit.cfg.py"]
config.test_source_root = os.path.join(config.kalmir_source, "test")
config.test_exec_root = os.path.join(config.kalmir_build, "test")

path = [
    os.path.join(config.kalmir_build, "bin"),
    config.llvm_tools,
    config.environment.get("PATH", os.environ["PATH"]),
]
config.environment["PATH"] = os.pathsep.join(path)

inputs = os.path.join(config.test_source_root, "Inputs")
config.substitutions.append(
    ("%npy", config.python + " " + os.path.join(inputs, "npy_tool.py"))
)
config.substitutions.append(
    ("%exits", config.python + " " + os.path.join(inputs, "expect_exit.py"))
)
config.substitutions.append(("%inputs", inputs))
config.substitutions.append(("%path", config.environment["PATH"]))
config.substitutions.append(("%python", config.python))
config.substitutions.append(
    ("%check_gpu", os.path.join(config.kalmir_source, "tools", "check-gpu.sh"))
)
config.substitutions.append(
    ("%kalmir_lib", os.path.join(config.kalmir_build, "lib", "libKalmir.so"))
)
config.substitutions.append(("%examples", os.path.join(config.kalmir_source, "examples")))
config.substitutions.append(("%unit", os.path.join(config.kalmir_build, "test", "Unit")))
config.substitutions.append(("%cc", "clang-22"))
config.substitutions.append(("%cxx_flags", config.cxx_flags))
config.substitutions.append(("%cxx", config.cxx))
config.substitutions.append(("%cmake", config.cmake))
config.substitutions.append(("%build", config.kalmir_build))
config.substitutions.append(("%llvm_lib", config.llvm_lib))
config.substitutions.append(
    ("%runtime_include", os.path.join(config.kalmir_source, "runtime", "include"))
)
config.substitutions.append(
    ("%runtime_sources", os.path.join(config.kalmir_source, "runtime", "src"))
)
config.substitutions.append(("%bin", os.path.join(config.kalmir_build, "bin")))
config.substitutions.append(("%bench", os.path.join(config.kalmir_source, "bench")))
if config.have_benchmark:
    config.available_features.add("google-benchmark")
# NVIDIA's assembler, which PTX does not need.
if shutil.which("ptxas"):
    config.available_features.add("ptxas")
# CUDA's functions for kernels, which only some of them call.
for toolkit in (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda"):
    if toolkit and os.path.exists(toolkit + "/nvvm/libdevice/libdevice.10.bc"):
        config.available_features.add("libdevice")
        config.substitutions.append(("%cuda_path", toolkit))
        break


def have_cuda_device():
    try:
        return ctypes.CDLL("libcuda.so.1").cuInit(0) == 0
    except OSError:
        return False


if have_cuda_device():
    config.available_features.add("cuda-device")
