"""Who else solves the same problems on a GPU: packages that the user has installed."""

import contextlib
import importlib
import os
import sys


def _take_modules(name):
    """Removes the modules of a package from those imported, and returns them."""
    found = [key for key in sys.modules if key == name or key.startswith(name + ".")]
    return {key: sys.modules.pop(key) for key in found}


class AuthorsPackage:
    """One version of the authors' package of Kalman linear attention, `kla`, from the
    folder `path` that it lies in, or where Python finds it.

    Versions have the same name and import parts of themselves when they are called, so
    each sees its own modules only."""

    def __init__(self, label, path=None):
        self.modules = {}
        with self._active():
            if path:
                sys.path.insert(0, path)
            try:
                self.kla = importlib.import_module("kla")
            finally:
                if path:
                    sys.path.remove(path)
        found = os.path.dirname(os.path.dirname(self.kla.__file__))
        if path and os.path.realpath(found) != os.path.realpath(path):
            raise ImportError(f"expected the package in {path}, found it in {found}")
        self.label = label or self.kla.__version__

    @contextlib.contextmanager
    def _active(self):
        others = _take_modules("kla")
        sys.modules.update(self.modules)
        try:
            yield
        finally:
            self.modules = _take_modules("kla")
            sys.modules.update(others)

    def backends(self):
        """Those on a GPU; "cuda" and "triton" alone are other names for some of them."""
        return [name for name in self.kla.backend_names() if name.startswith(("cuda_", "triton_"))]

    def bind(self, backend, inputs):
        """A function that returns y and its variance, which all of them compute."""
        *arguments, lam0, eta0 = inputs
        prior = {"initial_state": self.kla.KLAState(lam=lam0, eta=eta0)}
        # These begin with this prior and take no other.
        if backend.startswith("cuda_v2"):
            prior = {}

        def call():
            with self._active():
                return self.kla.kla_scan(*arguments, backend=backend, **prior)[:2]

        return call


def load_mamba():
    """The CUDA extension of state-spaces/mamba that has the selective scan."""
    import torch  # noqa: F401 (the extension needs its libraries)

    return importlib.import_module("selective_scan_cuda")


def bind_mamba(extension, inputs):
    """A function that returns the result; tensors have time last."""
    u, delta, A, B, C, skip, z, bias = inputs

    def call():
        # Its groups of channels are one here.
        return extension.fwd(u, delta, A, B[:, None], C[:, None], skip, z, bias, True)[-1:]

    return call
