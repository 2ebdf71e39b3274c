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


def all_versions(prefix: str) -> list:
    """Every version of every prompt whose name begins with the prefix, oldest first."""
    client = mlflow.MlflowClient()
    names = [name for name in search_prompts() if name.startswith(prefix)]
    versions = [(name, found.version) for name in names for found in client.search_prompt_versions(name)]
    return [load_prompt(name, int(version)) for name, version in sorted(versions)]


QUESTIONS = {"search_prompts": search_prompts, "load_prompt": load_prompt, "all_versions": all_versions}
