import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the repository; the specs run from `dist/spec/integration`. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

let made: string | undefined;

/** The Python that has MLflow. Makes its environment the first time, which takes about a minute. */
export function python(): string {
  if (made !== undefined) return made;
  const result = spawnSync(process.execPath, [join(ROOT, 'scripts/mlflow.mjs')], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr || result.error?.message);
  made = result.stdout.trim();
  return made;
}

/** A script that is written in Python. */
export function pythonScript(name: string): string {
  return join(ROOT, 'spec/integration/python', name);
}

/** What a child process gets: nothing of the developer's own settings for MLflow and ax-autolog, and what is added here. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AX_AUTOLOG_|MLFLOW_|OTEL_)|_API_KEY$/.test(name));
  return { ...Object.fromEntries(own), ...extra };
}
