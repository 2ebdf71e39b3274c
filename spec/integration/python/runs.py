"""Runs of an experiment: params, tags, metric histories, dataset inputs, artifacts."""

import json
import os
import tempfile

import mlflow
from mlflow import MlflowClient


def experiments() -> list:
    return sorted(found.name for found in MlflowClient().search_experiments())


def search(experiment: str, filter: str = "") -> list:
    """Names of the runs that MLflow's search finds, in order of their start."""
    return [run.info.run_name for run in _runs(experiment, filter)]


def dump(experiment: str, artifacts: bool = True) -> list:
    """Everything that was written to an experiment, runs in order of their start."""
    client = MlflowClient()
    return [_describe(client, run, artifacts) for run in _runs(experiment)]


def summary(experiment: str) -> list:
    """As dump, without histories and contents: one request for all runs."""
    return [_identity(run) | {"metrics": dict(run.data.metrics)} for run in _runs(experiment)]


def history(experiment: str, names: list) -> dict:
    """Every point of the named metrics of every run: run id -> key -> [[step, value, timestamp]]."""
    client = MlflowClient()
    return {
        run.info.run_id: {key: _points(client, run.info.run_id, key) for key in run.data.metrics if key in names}
        for run in _runs(experiment)
    }


def _runs(experiment: str, filter: str = "") -> list:
    client = MlflowClient()
    found = client.get_experiment_by_name(experiment)
    if found is None:
        return []
    runs, token = [], None
    while True:
        order = ["attributes.start_time ASC"]
        page = client.search_runs([found.experiment_id], filter, max_results=1000, order_by=order, page_token=token)
        runs.extend(page)
        token = page.token
        if not token:
            return runs


def _identity(run) -> dict:
    return {
        "id": run.info.run_id,
        "name": run.info.run_name,
        "status": run.info.status,
        "stage": run.info.lifecycle_stage,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "parent": run.data.tags.get("mlflow.parentRunId"),
        "params": dict(run.data.params),
        "tags": dict(run.data.tags),
    }


def _describe(client, run, artifacts: bool) -> dict:
    run_id = run.info.run_id
    return _identity(run) | {
        "metrics": {key: _points(client, run_id, key) for key in sorted(run.data.metrics)},
        "datasets": [_dataset(found) for found in run.inputs.dataset_inputs],
        "outputs": [found.model_id for found in run.outputs.model_outputs] if run.outputs else [],
        "artifacts": _contents(run_id) if artifacts else {},
    }


def _points(client, run_id: str, key: str) -> list:
    points = [[point.step, point.value, point.timestamp] for point in client.get_metric_history(run_id, key)]
    return sorted(points, key=lambda point: (point[0], point[2], str(point[1])))


def _dataset(found) -> dict:
    dataset = found.dataset
    return {
        "name": dataset.name,
        "digest": dataset.digest,
        "source_type": dataset.source_type,
        "source": dataset.source,
        "schema": json.loads(dataset.schema) if dataset.schema else None,
        "profile": json.loads(dataset.profile) if dataset.profile else None,
        "tags": {tag.key: tag.value for tag in found.tags},
    }


def _contents(run_id: str) -> dict:
    """Path -> text of every artifact of a run."""
    with tempfile.TemporaryDirectory() as folder:
        if not mlflow.artifacts.list_artifacts(run_id=run_id):
            return {}
        top = mlflow.artifacts.download_artifacts(run_id=run_id, dst_path=folder)
        found = {}
        for parent, _, names in os.walk(top):
            for name in names:
                path = os.path.join(parent, name)
                with open(path, encoding="utf-8", errors="replace") as file:
                    found[os.path.relpath(path, top).replace(os.sep, "/")] = file.read()
        return dict(sorted(found.items()))


QUESTIONS = {
    "experiments": experiments,
    "search": search,
    "dump": dump,
    "summary": summary,
    "history": history,
}
