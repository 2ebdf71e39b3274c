"""Prompts of the registry."""

import mlflow


def search_prompts(filter: str = "") -> list:
    return sorted(found.name for found in mlflow.genai.search_prompts(filter_string=filter or None, max_results=1000))


def load_prompt(name: str, version: int) -> dict:
    prompt = mlflow.genai.load_prompt(name, version=version)
    return {
        "name": prompt.name,
        "version": prompt.version,
        "template": prompt.template,
        "tags": dict(prompt.tags),
        "message": prompt.commit_message,
    }


QUESTIONS = {"search_prompts": search_prompts, "load_prompt": load_prompt}
