"""Trees for selection, a logistic model for refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import lightgbm as lgb
import numpy as np
from examples import SEED, Example

from qa.confidence import SCORE_FREE_SIGNALS, signals
from qa.features import FEATURES
from qa.select import Chosen, choose
from qa.trained import Method
from qa.trees import Trees, of_lightgbm

ROUNDS: dict[Method, int] = {"signals": 600, "score-free": 350}
RATES: dict[Method, float] = {"signals": 0.03, "score-free": 0.05}
PARAMETERS = {
    "objective": "lambdarank",
    "num_leaves": 31,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "label_gain": [0, 3, 4],
    "lambdarank_truncation_level": 8,
    "max_bin": 127,
    "deterministic": True,
    "force_row_wise": True,
    "seed": SEED % 100_000,
    "verbose": -1,
}

LONGEST_RATIO = 1.27
"""Mean extract over mean sentence that brevity is chosen for; 1.3 is asked for."""

UNANSWERABLE = 0.2
"""Share of questions that are assumed to have no answer."""

SCORE_FREE_FEATURES = tuple(
    name
    for name in FEATURES
    if "cosine" not in name and name not in ("passage_sentence", "passage_behind")
)


def features_of(method: Method) -> tuple[str, ...]:
    return FEATURES if method == "signals" else SCORE_FREE_FEATURES


def fit_trees(
    examples: Sequence[Example],
    method: Method,
    rounds: int | None = None,
    rate: float | None = None,
) -> Trees:
    """Trees that rank an answering candidate first, a short one before a long one.

    Args:
        examples: to learn from.
        method: whose features are used.
        rounds, rate: how many trees, and their learning rate; those of the method where not given.
    """
    useful = [e for e in examples if not e.taken and e.right.any() and not e.right.all()]
    columns = [FEATURES.index(name) for name in features_of(method)]
    data = lgb.Dataset(
        np.concatenate([e.matrix[:, columns] for e in useful]),
        np.concatenate([_grades(e) for e in useful]),
        group=[len(e.right) for e in useful],
    )
    parameters = PARAMETERS | {"learning_rate": rate or RATES[method]}
    return of_lightgbm(lgb.train(parameters, data, rounds or ROUNDS[method]).dump_model())


def _grades(example: Example) -> np.ndarray:
    """2 for the shortest that answers and those nearly as short, 1 for longer ones, else 0."""
    shortest = example.chars[example.right].min()
    short = example.chars <= 1.3 * shortest
    return np.where(example.right, np.where(short, 2, 1), 0)


def choose_brevity(examples: Sequence[Example], scores: Sequence[np.ndarray]) -> float:
    """The least brevity with which the mean extract stays within ``LONGEST_RATIO``.

    Sentences are all those that any of the questions found, each once.

    Args:
        examples: of one group.
        scores: of their candidates, without brevity.
    """
    pairs = [(e, s) for e, s in zip(examples, scores, strict=True) if e.kind == "plain"]
    plain = [e for e, _ in pairs]
    alone = {c.text for e in plain for c in e.found.scored.candidates if not c.joined}
    wanted = LONGEST_RATIO * float(np.mean([len(text) for text in alone]))
    lengths = [e.matrix[:, FEATURES.index("length")] for e in plain]
    for brevity in np.arange(0.0, 3.0, 0.05):
        means = [
            e.chars[np.argmax(s - brevity * length)]
            for (e, s), length in zip(pairs, lengths, strict=True)
        ]
        if float(np.mean(means)) <= wanted:
            return round(float(brevity), 2)
    return 3.0


def chosen_of(example: Example, scores: np.ndarray) -> list[Chosen]:
    scored = example.found.scored
    passages = [hit.passage for hit in scored.hits]
    return choose(scored, scores, passages, 3)


def signals_of(example: Example, chosen: Sequence[Chosen]) -> dict[str, float]:
    found = example.found
    return signals(example.question, found.retrieved, found.scored, chosen, focused=example.focused)


def fit_confidence(
    examples: Sequence[Example], scores: Sequence[np.ndarray], method: Method
) -> tuple[dict[str, float], float]:
    """Logistic weights, and the threshold with the fewest wrong decisions.

    Args:
        examples: answerable and unanswerable.
        scores: of their candidates, by trees that never saw their group.
        method: whose signals are used.
    """
    rows, labels, taken = [], [], []
    for example, values in zip(examples, scores, strict=True):
        chosen = chosen_of(example, values)
        rows.append(signals_of(example, chosen))
        labels.append(bool(example.right[chosen[0].index]))
        taken.append(example.taken)
    names = [n for n in rows[0] if method == "signals" or n in SCORE_FREE_SIGNALS]
    truth = np.array(labels, dtype=float)
    gone = np.array(taken)
    shares = np.where(gone, UNANSWERABLE / gone.sum(), (1 - UNANSWERABLE) / (~gone).sum())
    shares *= len(rows)
    matrix = np.array([[row[name] for name in names] for row in rows])
    weights = _logistic(matrix, truth, shares)
    p = 1 / (1 + np.exp(-(matrix @ weights)))
    cuts = np.linspace(0.05, 0.95, 91)
    # A right answer refused and a wrong one shown count alike; an answerable question whose first
    # extract is wrong counts as neither: the others may be right.
    answerable = ~gone
    wrong = [
        ((p < cut) & answerable & (truth == 1)) @ shares + ((p >= cut) & gone) @ shares
        for cut in cuts
    ]
    threshold = round(float(cuts[int(np.argmin(wrong))]), 2)
    fitted = {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}
    return fitted, threshold


def _logistic(x: np.ndarray, y: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Weighted logistic regression by Newton's method, with a small ridge."""
    weights = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (shares * p * (1 - p))[:, None]).T @ x + np.eye(x.shape[1])
        weights += np.linalg.solve(hessian, x.T @ (shares * (y - p)) - weights)
    return weights


def auroc(values: Sequence[float], labels: Sequence[bool]) -> float:
    """Probability that a positive has the larger value; ties count half."""
    from qa.evaluation.metrics.refusal import auroc as area

    positive = [v for v, label in zip(values, labels, strict=True) if label]
    negative = [v for v, label in zip(values, labels, strict=True) if not label]
    return float(area(positive, negative) or 0.0)


def by_group(examples: Sequence[Example]) -> Mapping[str, list[Example]]:
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(example.group, []).append(example)
    return groups
