"""Answers cases of spec/integration/statistics.spec.ts with SciPy: reads JSON from stdin, writes JSON to stdout."""

import json
import sys
import warnings

import numpy as np
from scipy import stats


class Given(np.random.Generator):
    """A generator whose integers are the ones it was given."""

    def __init__(self, values):
        super().__init__(np.random.PCG64(0))
        self.values = np.asarray(values)

    def integers(self, low, high=None, size=None, **_):
        assert low == 0 and self.values.max() < high and self.values.size == np.prod(size)
        return self.values.reshape(size)


def permutation(case):
    before, after = np.asarray(case["before"]), np.asarray(case["after"])

    def statistic(x, y, axis):
        return np.mean(y - x, axis=axis)

    return {
        alternative: stats.permutation_test(
            (before, after),
            statistic,
            permutation_type="samples",
            vectorized=True,
            n_resamples=np.inf,
            alternative=alternative,
        ).pvalue
        for alternative in ("two-sided", "greater", "less")
    }


def bootstrap(case):
    values = np.asarray(case["values"])
    answers = {}
    for method in ("BCa", "percentile"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            interval = stats.bootstrap(
                (values,),
                np.mean,
                n_resamples=case["resamples"],
                confidence_level=case["confidence"],
                method=method,
                rng=Given(case["indices"]),
            ).confidence_interval
        ends = [float(interval.low), float(interval.high)]
        answers[method] = ends if np.isfinite(ends).all() else None
    return answers


def holm(p_values):
    """By the definition: each p against all that are no larger."""
    p = np.asarray(p_values)
    order = np.argsort(p, kind="stable")
    steps = [min(1.0, (len(p) - i) * p[index]) for i, index in enumerate(order)]
    adjusted = np.empty(len(p))
    for i, index in enumerate(order):
        adjusted[index] = max(steps[: i + 1])
    return adjusted.tolist()


def gaffke(case):
    """By the definition: weights from the uniform numbers that were given, one row for each resample."""
    values = np.asarray(case["values"])
    weights = -np.log((np.asarray(case["numbers"], dtype=float).reshape(-1, len(values) + 1) + 0.5) / 2**32)
    lows = np.sort(weights[:, :-1] @ values / weights.sum(axis=1))
    highs = np.sort((weights[:, :-1] @ values + weights[:, -1]) / weights.sum(axis=1))
    beyond = int(np.floor((1 - case["confidence"]) / 2 * (len(lows) + 1)))
    return [lows[beyond - 1], highs[len(highs) - beyond]]


def proportion(case):
    successes, n, confidence = case
    interval = stats.binomtest(successes, n).proportion_ci(confidence, method="exact")
    return [interval.low, interval.high]


def inverted(case):
    """The p values of SciPy's test just inside and just outside both ends of an interval."""
    differences = np.asarray(case["differences"])
    return [
        stats.permutation_test(
            (differences - shift,),
            np.mean,
            permutation_type="samples",
            vectorized=True,
            n_resamples=np.inf,
        ).pvalue
        for shift in case["shifts"]
    ]


def main():
    cases = json.load(sys.stdin)
    answers = {
        "permutation": [permutation(case) for case in cases["permutation"]],
        "mcnemar": [
            stats.binomtest(wins, wins + losses, 0.5).pvalue if wins + losses > 0 else 1.0
            for wins, losses in cases["mcnemar"]
        ],
        "bootstrap": [bootstrap(case) for case in cases["bootstrap"]],
        "gaffke": [gaffke(case) for case in cases["gaffke"]],
        "proportion": [proportion(case) for case in cases["proportion"]],
        "inverted": [inverted(case) for case in cases["inverted"]],
        "cdf": stats.norm.cdf(cases["cdf"]).tolist(),
        "quantile": stats.norm.ppf(cases["quantile"]).tolist(),
        "holm": [holm(p_values) for p_values in cases["holm"]],
    }
    json.dump(answers, sys.stdout)


main()
