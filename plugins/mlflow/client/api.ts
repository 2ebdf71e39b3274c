import { setTimeout as pause } from 'node:timers/promises';
import { type Credentials, withoutSecrets } from './credentials.js';
import { MlflowError } from './errors.js';
import { HttpConnection } from './http.js';
import { object } from './read.js';
import { mayRepeat, parseRetryAfter, pauseBefore, type RetryPolicy } from './retry.js';
import { type HttpRequest, type HttpResponse, nameOf } from './wire/messages.js';
import type { ProxyServer } from './wire/proxy.js';

/** Address of the server, credentials and retry policy. */
export interface ApiOptions {
  /** Base address without credentials, such as `http://127.0.0.1:5000/mlflow`. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** Proxy to send everything through; `null` or left out for none. */
  readonly proxy?: ProxyServer | null;
  /** Timeout of one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** Headers of every request, such as the workspace. */
  readonly headers: Readonly<Record<string, string>>;
  /** Lets the process exit while a request is in flight. */
  readonly background: boolean;
}

/** One call of the API. */
export interface ApiCall {
  readonly method: HttpRequest['method'];
  /** Path below the base address, such as `/api/2.0/mlflow/runs/create`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Body: a `Buffer` is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** Additional headers of this call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** False if the request must not be processed twice. Default: true. */
  readonly repeatable?: boolean;
  /** False if the answer is not JSON. Default: true. */
  readonly json?: boolean;
  /** Content type of a successful answer that is not JSON. Any other type is not an answer of an MLflow server. */
  readonly answerType?: string;
}

const SHOWN_CHARS = 160;

/** Calls the API of one MLflow server: JSON in and out, retries, errors with codes. */
export class Api {
  readonly #options: ApiOptions;
  readonly #base: { readonly origin: string; readonly path: string };
  readonly #connection: HttpConnection;
  readonly #closing = new AbortController();
  /** Number of requests sent so far, including retries. */
  requests = 0;

  constructor(options: ApiOptions) {
    this.#options = options;
    const { origin, pathname } = new URL(options.baseUrl);
    this.#base = { origin, path: pathname.replace(/\/$/, '') };
    this.#connection = new HttpConnection(origin, options);
  }

  /**
   * Calls the server and returns the JSON object that it answers.
   *
   * @throws MlflowError with the codes listed there
   */
  async call(call: ApiCall): Promise<Readonly<Record<string, unknown>>> {
    const { retry, background } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(call);
      } catch (error) {
        if (attempt >= retry.retries || !mayRepeat(error, call.repeatable ?? true)) throw error;
        const wait = pauseBefore(attempt, retry, error.retryAfterMs);
        await pause(wait, undefined, { signal: this.#closing.signal, ref: !background }).catch(() => {
          throw error;
        });
      }
    }
  }

  /** Aborts requests in flight. */
  close(): void {
    this.#closing.abort();
    this.#connection.close();
  }

  async #once(call: ApiCall): Promise<Readonly<Record<string, unknown>>> {
    const request = this.#request(call);
    this.requests += 1;
    const response = await this.#connection.send(request);
    if (response.status >= 200 && response.status < 300) {
      if (call.json ?? true) return this.#parse(request, response);
      if (call.answerType === undefined || response.headers['content-type']?.startsWith(call.answerType)) return {};
      throw this.#foreign(request, response, call.answerType);
    }
    throw this.#failure(request, response);
  }

  #request({ method, path, query, body, contentType, headers: own }: ApiCall): HttpRequest {
    const url = this.#address(path);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const headers: Record<string, string> = { ...this.#options.headers, accept: 'application/json', ...own };
    if (body === undefined) return { method, url, headers };
    headers['content-type'] = contentType ?? 'application/json';
    return { method, url, headers, body: body instanceof Buffer ? body : Buffer.from(JSON.stringify(body), 'utf8') };
  }

  /**
   * Returns the address of a path. An id of the server is part of some paths: one that `URL` would resolve, such as `..`,
   * must not lead to another place.
   */
  #address(path: string): URL {
    const url = new URL(`${this.#options.baseUrl}${path}`);
    if (url.origin === this.#base.origin && url.pathname === `${this.#base.path}${path}`) return url;
    throw new MlflowError('AXL_MLFLOW_RESPONSE', 'a path of the API must not contain . or .. as a segment, got one.', {
      untouched: true,
    });
  }

  #parse(request: HttpRequest, response: HttpResponse): Readonly<Record<string, unknown>> {
    const value = objectIn(response.body);
    if (value) return value;
    throw this.#foreign(request, response, 'JSON');
  }

  #foreign(request: HttpRequest, response: HttpResponse, expected: string): MlflowError {
    return new MlflowError(
      'AXL_MLFLOW_RESPONSE',
      `${nameOf(request)}: the answer must be ${expected} of an MLflow server, got ${response.status} with ${this.#shown(response)}. Check the tracking URI.`,
      { status: response.status, untouched: false },
    );
  }

  #failure(request: HttpRequest, response: HttpResponse): MlflowError {
    const { status } = response;
    const answer = objectIn(response.body);
    const serverCode = codeIn(answer);
    const reason = typeof answer?.message === 'string' ? this.#cut(answer.message) : this.#shown(response);
    const retryAfterMs = parseRetryAfter(response.headers['retry-after'], Date.now());
    const details = {
      status,
      ...(serverCode === undefined ? {} : { serverCode }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      untouched: status < 500 && status !== 408,
    };
    const what = `${nameOf(request)} answered ${status}${serverCode === undefined ? '' : ` ${serverCode}`}: ${reason}`;
    if (status === 401 || status === 403) {
      const advice =
        'Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN. The journal keeps everything until then.';
      return new MlflowError('AXL_MLFLOW_AUTH', `${what}. ${advice}`, details);
    }
    if (status === 407) {
      const advice = 'Put its user name and password into HTTP_PROXY: http://user:password@host:port.';
      return new MlflowError('AXL_MLFLOW_PROXY', `${what}. ${advice}`, details);
    }
    if (status === 408 || status === 429 || (status >= 500 && status !== 501)) {
      return new MlflowError('AXL_MLFLOW_BUSY', what, details);
    }
    if (status === 404 && serverCode === undefined) {
      return new MlflowError(
        'AXL_MLFLOW_RESPONSE',
        `${what}. There is no MLflow server at this address: check the tracking URI.`,
        details,
      );
    }
    return new MlflowError(status >= 400 ? 'AXL_MLFLOW_REFUSED' : 'AXL_MLFLOW_RESPONSE', what, details);
  }

  /** Returns type and beginning of an answer, for a message. */
  #shown({ headers, body }: HttpResponse): string {
    const type = this.#cut(headers['content-type']?.split(';')[0] ?? 'no content type');
    return body.trim() === '' ? `an empty body (${type})` : `${type}: ${JSON.stringify(this.#cut(body.trim()))}`;
  }

  #cut(text: string): string {
    const { credentials, proxy } = this.#options;
    const clean = withoutSecrets(text, [...credentials.secrets, ...(proxy?.secrets ?? [])]).replace(/\s+/g, ' ');
    return clean.length > SHOWN_CHARS ? `${clean.slice(0, SHOWN_CHARS)}…` : clean;
  }
}

/** Returns MLflow's own code of an error, if the answer has one. */
function codeIn(answer: Readonly<Record<string, unknown>> | null): string | undefined {
  const code = answer?.error_code;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}

function objectIn(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? object(value) : null;
  } catch {
    return null;
  }
}
