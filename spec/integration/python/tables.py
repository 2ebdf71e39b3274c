"""Tables as a notebook loads them."""

import json

import mlflow


def table(run_id: str, path: str) -> dict:
    """What `mlflow.load_table` gives for one run: columns, and rows as lists."""
    # As in a notebook, where the experiment is the active one.
    mlflow.set_experiment(experiment_id=mlflow.get_run(run_id).info.experiment_id)
    frame = mlflow.load_table(path, run_ids=[run_id])
    return json.loads(frame.to_json(orient="split", index=False))


def json_artifact(run_id: str, path: str):
    """What `mlflow.artifacts.load_dict` gives."""
    return mlflow.artifacts.load_dict(f"runs:/{run_id}/{path}")


QUESTIONS = {"table": table, "json_artifact": json_artifact}
