"""The learner of the severity head: logistic regressions side by side, each with its own weights of the texts."""

import numpy as np
from scipy.optimize import minimize


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray, ridge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(weights: features x lanes, biases) for ``y`` (0..1) and ``weight`` (0: unknown), both texts x lanes.

    ``ridge``: how dear a feature's square is, by feature, or by feature and lane; infinite: it has no weight at all.
    Convex: the same whatever it starts from.
    """
    features = x.shape[1]
    lanes = y.shape[1]
    share = weight / np.maximum(weight.sum(0), 1e-9)
    ridge = ridge if ridge.ndim > 1 else ridge[:, None]
    free = np.isfinite(ridge)
    ridge = np.where(free, ridge, 0.0)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(features + 1, lanes)
        z = x @ w[:-1].astype(x.dtype) + w[-1]
        value = (share * (np.logaddexp(0, z) - y * z)).sum() + 0.5 * (ridge * w[:-1] ** 2).sum()
        slope = share * (1 / (1 + np.exp(-np.clip(z, -40, 40))) - y)
        falls = (x.T @ slope.astype(x.dtype) + ridge * w[:-1]) * free
        return value, np.vstack([falls, slope.sum(0)]).ravel()

    start = np.zeros((features + 1) * lanes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200, "maxcor": 12, "ftol": 1e-7})
    w = found.x.reshape(features + 1, lanes)
    return w[:-1], w[-1]
