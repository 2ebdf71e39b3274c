"""Answers questions about what is on an MLflow server, asked with Python's own client.

One JSON object a line on standard input: {"ask": name, ...arguments}. One a line on standard output: {"answer": ...} or {"error": text}.
"""

import contextlib
import json
import logging
import os
import sys
import traceback

os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import mlflow  # noqa: E402

import models  # noqa: E402
import prompts  # noqa: E402
import runs  # noqa: E402
import tables  # noqa: E402
import traces  # noqa: E402

QUESTIONS = {**runs.QUESTIONS, **tables.QUESTIONS, **prompts.QUESTIONS, **models.QUESTIONS, **traces.QUESTIONS}


def main() -> None:
    logging.disable(logging.WARNING)
    mlflow.set_tracking_uri(sys.argv[1])
    answers = sys.stdout
    for line in sys.stdin:
        question = json.loads(line)
        try:
            # What MLflow prints must not get between the answers.
            with contextlib.redirect_stdout(sys.stderr):
                reply = {"answer": QUESTIONS[question.pop("ask")](**question)}
        except Exception:
            reply = {"error": traceback.format_exc()}
        answers.write(json.dumps(reply, default=str) + "\n")
        answers.flush()


main()
