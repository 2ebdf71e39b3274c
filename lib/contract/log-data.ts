import type { Json } from './values.js';

/** A metric that the user logged. */
export interface LoggedMetric {
  /** Which of the five it is. */
  readonly kind: 'metric';
  /** Name of the metric. */
  readonly key: string;
  /** Its value. */
  readonly value: number;
  /** Its step; `null` if none was given. */
  readonly step: number | null;
}

/** A param that the user logged. */
export interface LoggedParam {
  /** Which of the five it is. */
  readonly kind: 'param';
  /** Name of the param. */
  readonly key: string;
  /** Its value. */
  readonly value: Json;
}

/** A tag that the user set. */
export interface LoggedTag {
  /** Which of the five it is. */
  readonly kind: 'tag';
  /** Name of the tag. */
  readonly key: string;
  /** Its value. */
  readonly value: string;
}

/** An artifact that the user logged. */
export interface LoggedArtifact {
  /** Which of the five it is. */
  readonly kind: 'artifact';
  /** Path of the file below the run's artifacts. */
  readonly path: string;
  /** Its content: a text for `utf8` and `base64`. */
  readonly content: Json;
  /** Encoding of `content`. */
  readonly encoding: 'utf8' | 'base64' | 'json';
}

/** A message that the user logged. */
export interface LoggedMessage {
  /** Which of the five it is. */
  readonly kind: 'message';
  /** The text. */
  readonly message: string;
  /** Details; `null` if there are none. */
  readonly data: Json;
}

/** Data that the user logged on a run. */
export type LogData = LoggedMetric | LoggedParam | LoggedTag | LoggedArtifact | LoggedMessage;
