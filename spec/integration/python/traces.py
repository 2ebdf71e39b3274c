"""Traces of an experiment, as `mlflow.search_traces` finds them: with spans and assessments."""

import mlflow
from mlflow import MlflowClient

# What the server itself adds: its own ids and places.
OF_THE_SERVER = {"mlflow.artifactLocation", "mlflow.trace.infoFinalized", "mlflow.trace_schema.version"}
CONTENT = {"mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.spanType", "mlflow.traceRequestId"}


def traces(experiment: str, run_id: str = None, filter: str = None) -> list:
    """All traces of an experiment, or those of a run, in order of their ids."""
    found = MlflowClient().get_experiment_by_name(experiment)
    if found is None:
        return []
    options = {"run_id": run_id} if run_id else {}
    all_of_them = mlflow.search_traces(
        locations=[found.experiment_id], filter_string=filter, max_results=100_000, return_type="list", **options
    )
    return [_describe(trace) for trace in sorted(all_of_them, key=lambda trace: trace.info.trace_id)]


def _describe(trace) -> dict:
    info = trace.info
    return {
        "id": info.trace_id,
        "state": info.state.value,
        "start": info.request_time,
        "duration": info.execution_duration,
        "request": info.request_preview,
        "response": info.response_preview,
        "run": info.trace_metadata.get("mlflow.sourceRun"),
        "schema": info.trace_metadata.get("mlflow.trace_schema.version"),
        "metadata": _without(info.trace_metadata, OF_THE_SERVER),
        "tags": _without(info.tags, OF_THE_SERVER),
        "tokens": info.token_usage,
        "cost": info.cost,
        "assessments": sorted((_assessment(one) for one in info.assessments), key=lambda one: one["name"]),
        "spans": [_span(span) for span in trace.data.spans],
    }


def _without(values: dict, keys: set) -> dict:
    return {key: value for key, value in sorted(values.items()) if key not in keys}


def _assessment(one) -> dict:
    return {
        "name": one.name,
        "value": one.value,
        "rationale": one.rationale,
        "error": {"code": one.error.error_code, "message": one.error.error_message} if one.error else None,
        "source": [one.source.source_type, one.source.source_id],
        "metadata": dict(one.metadata or {}),
        "time": one.create_time_ms,
    }


def _span(span) -> dict:
    return {
        "id": span.span_id,
        "parent": span.parent_id,
        "name": span.name,
        "type": span.span_type,
        "status": span.status.status_code.value,
        "start": span.start_time_ns,
        "end": span.end_time_ns,
        "inputs": span.inputs,
        "outputs": span.outputs,
        "attributes": _without(span.attributes, CONTENT),
        "events": [{"name": event.name, "attributes": dict(event.attributes or {})} for event in span.events],
    }


QUESTIONS = {"traces": traces}
