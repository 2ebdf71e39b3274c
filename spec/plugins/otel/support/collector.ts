import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Fields, fieldsOf, numberOf, textOf } from './protobuf.js';

/** A span as it arrived. */
export interface Arrived {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly links: readonly string[];
  readonly events: readonly string[];
  readonly attributes: Record<string, unknown>;
}

/** A receiver of OTLP over HTTP that decodes JSON and protobuf. */
export interface Collector {
  readonly url: string;
  readonly requests: readonly { readonly headers: IncomingHttpHeaders }[];
  readonly spans: readonly Arrived[];
  /** `service.name` of each resource. */
  readonly services: readonly string[];
  /** Status codes for the next requests; 200 when there are none. */
  readonly answers: number[];
  close(): Promise<void>;
}

export async function collector(): Promise<Collector> {
  const requests: { headers: IncomingHttpHeaders }[] = [];
  const spans: Arrived[] = [];
  const services: string[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { headers } = request;
      requests.push({ headers });
      response.statusCode = answers.shift() ?? 200;
      const whole = Buffer.concat(parts);
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
      if (response.statusCode === 200) {
        const isJson = headers['content-type'] === 'application/json';
        const resources = isJson ? fromJson(body.toString()) : fromProtobuf(body);
        for (const resource of resources) {
          services.push(resource.service);
          spans.push(...resource.spans);
        }
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    requests,
    spans,
    services,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Resource {
  readonly service: string;
  readonly spans: readonly Arrived[];
}

interface JsonValue {
  readonly [kind: string]: unknown;
}

interface JsonAttribute {
  readonly key: string;
  readonly value: JsonValue;
}

interface JsonSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly spanId: string }[];
  readonly events?: readonly { readonly name: string }[];
  readonly attributes?: readonly JsonAttribute[];
}

function fromJson(text: string): Resource[] {
  const body = JSON.parse(text) as {
    resourceSpans: {
      resource: { attributes: readonly JsonAttribute[] };
      scopeSpans: { spans: readonly JsonSpan[] }[];
    }[];
  };
  return body.resourceSpans.map(({ resource, scopeSpans }) => ({
    service: String(jsonAttributes(resource.attributes)['service.name']),
    spans: scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        links: (span.links ?? []).map(({ spanId }) => spanId),
        events: (span.events ?? []).map(({ name }) => name),
        attributes: jsonAttributes(span.attributes ?? []),
      })),
    ),
  }));
}

function jsonAttributes(list: readonly JsonAttribute[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** Field numbers of opentelemetry/proto/trace/v1/trace.proto. */
function fromProtobuf(body: Buffer): Resource[] {
  return (fieldsOf(body).get(1) ?? []).map((part) => {
    const resourceSpans = fieldsOf(part);
    const resource = fieldsOf(resourceSpans.get(1)?.[0] ?? Buffer.alloc(0));
    const spans = (resourceSpans.get(2) ?? []).flatMap((scope) => fieldsOf(scope).get(2) ?? []);
    return { service: String(protoAttributes(resource, 1)['service.name']), spans: spans.map(protoSpan) };
  });
}

function protoSpan(part: Buffer): Arrived {
  const span = fieldsOf(part);
  return {
    name: textOf(span, 5),
    traceId: span.get(1)?.[0]?.toString('hex') ?? '',
    spanId: span.get(2)?.[0]?.toString('hex') ?? '',
    parentSpanId: span.get(4)?.[0]?.toString('hex') ?? '',
    links: (span.get(13) ?? []).map((link) => fieldsOf(link).get(2)?.[0]?.toString('hex') ?? ''),
    events: (span.get(11) ?? []).map((event) => textOf(fieldsOf(event), 2)),
    attributes: protoAttributes(span, 9),
  };
}

function protoAttributes(of: Fields, field: number): Record<string, unknown> {
  return Object.fromEntries(
    (of.get(field) ?? []).map((part) => {
      const attribute = fieldsOf(part);
      return [textOf(attribute, 1), protoValue(fieldsOf(attribute.get(2)?.[0] ?? Buffer.alloc(0)))];
    }),
  );
}

function protoValue(value: Fields): unknown {
  if (value.has(1)) return textOf(value, 1);
  if (value.has(2)) return numberOf(value, 2) === 1;
  if (value.has(3)) return numberOf(value, 3);
  if (value.has(4)) return value.get(4)?.[0]?.readDoubleLE(0);
  return (fieldsOf(value.get(5)?.[0] ?? Buffer.alloc(0)).get(1) ?? []).map((part) => protoValue(fieldsOf(part)));
}
