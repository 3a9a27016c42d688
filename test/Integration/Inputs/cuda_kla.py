"""Calls kla_y of a library for CUDA on tensors in the memory of device 0 of the fake
driver, which nobody reads.

    cuda_kla.py LIBRARY B L M S
"""

import ctypes
import sys

library = ctypes.CDLL(sys.argv[1])
batch, length, channels, states = map(int, sys.argv[2:])


class Device(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int32), ("id", ctypes.c_int32)]


class Dtype(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device", Device),
        ("ndim", ctypes.c_int32),
        ("dtype", Dtype),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


over_time = [[batch, length, channels]] * 2 + [[batch, length, states]] * 2
weights, priors = [[channels, states]] * 2, [[batch, channels, states]] * 2
tensors = []
for i, shape in enumerate(over_time + weights + priors + over_time[:1]):
    extents = (ctypes.c_int64 * len(shape))(*shape)
    address = (1 << 44) + (i << 32)
    tensors.append(Tensor(address, Device(2, 0), len(shape), Dtype(2, 32, 1), extents, None, 0))
arguments = (ctypes.POINTER(Tensor) * len(tensors))(*map(ctypes.pointer, tensors))
status = library.kla_y(arguments, ctypes.c_int64(len(tensors)), None, ctypes.c_int64(0))
library.kalmir_last_error.restype = ctypes.c_char_p
sys.stdout.flush()
print("status", status, library.kalmir_last_error().decode() if status else "")
