"""Logged models of an experiment."""

import mlflow
from mlflow import MlflowClient


def logged_models(experiment: str) -> list:
    found = MlflowClient().get_experiment_by_name(experiment)
    if found is None:
        return []
    models = mlflow.search_logged_models(experiment_ids=[found.experiment_id], output_format="list")
    return [
        {
            "id": model.model_id,
            "name": model.name,
            "status": str(model.status),
            "run": model.source_run_id,
            "type": model.model_type,
            "params": dict(model.params or {}),
            "tags": dict(model.tags or {}),
        }
        for model in sorted(models, key=lambda model: model.creation_timestamp)
    ]


QUESTIONS = {"logged_models": logged_models}
