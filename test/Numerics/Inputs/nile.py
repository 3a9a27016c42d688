"""Arrays for local-level-nile.mlir from the CSV file into a folder."""

import os
import sys

import numpy as np

source, folder = sys.argv[1:]
os.makedirs(folder)
flow = np.loadtxt(source, delimiter=",", skiprows=1)[:, 1]
missing = np.full_like(flow, np.nan)
single = missing.copy()
single[40] = 1000.0
np.save(f"{folder}/y.npy", np.stack([flow, missing, single, flow, flow], axis=1))
np.save(f"{folder}/H.npy", np.full(5, 15099.0))
np.save(f"{folder}/Q.npy", np.array([1469.1, 1469.1, 1469.1, np.nan, 1469.1]))
nile = -632.545625
np.save(f"{folder}/expected.npy", np.array([nile, 0.0, 0.0, np.nan, nile]))
