"""Calls libraries compiled by Kalmir on tensors of PyTorch, through the C interface."""

import ctypes

import torch

_CUDA = 2  # KALMIR_DEVICE_CUDA
# Code and bits of a kalmir_dtype.
_TYPES = {torch.float32: (2, 32), torch.float64: (2, 64), torch.bfloat16: (4, 16)}


class _Tensor(ctypes.Structure):
    """kalmir_tensor, with the structs in it spelled out."""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


def _describe(tensor):
    shape = (ctypes.c_int64 * tensor.ndim)(*tensor.shape)
    code, bits = _TYPES[tensor.dtype]
    return _Tensor(
        tensor.data_ptr(), _CUDA, tensor.device.index, tensor.ndim, code, bits, 1, shape, None, 0
    )


class Library:
    def __init__(self, path):
        self.path = path
        self.functions = ctypes.CDLL(path)
        self.functions.kalmir_last_error.restype = ctypes.c_char_p

    def _check(self, status):
        if status:
            raise RuntimeError(f"{self.path}: {self.functions.kalmir_last_error().decode()}")

    def bind(self, entry, inputs, outputs):
        """A function that launches `entry` on these tensors, on PyTorch's stream, and
        returns the outputs. Its workspace is allocated here."""
        tensors = [*inputs, *outputs]
        described = [_describe(tensor) for tensor in tensors]
        arguments = (ctypes.POINTER(_Tensor) * len(tensors))(*map(ctypes.pointer, described))
        count = ctypes.c_int64(len(tensors))
        size = ctypes.c_int64()
        self._check(
            getattr(self.functions, entry + "_workspace")(arguments, count, ctypes.byref(size))
        )
        workspace = torch.empty(size.value, dtype=torch.uint8, device=tensors[0].device)
        function = getattr(self.functions, entry)

        def call():
            self.functions.kalmir_set_stream(
                ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
            )
            self._check(
                function(arguments, count, ctypes.c_void_p(workspace.data_ptr() or None), size)
            )
            return outputs

        # The addresses in `arguments` are of these.
        call.keeps_alive = (tensors, workspace)
        return call
