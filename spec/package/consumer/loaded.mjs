// Prints, as JSON, the URL of every module that importing the package loads.
import { register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';

const hooks = `
let port;
export function initialize(data) { port = data; }
export function load(url, context, next) { port.postMessage(url); return next(url, context); }
`;
const { port1, port2 } = new MessageChannel();
const urls = [];
port1.on('message', (url) => urls.push(url));
port1.unref();
register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: port2, transferList: [port2] });
await import(process.argv[2] ?? 'ax-autolog');
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(JSON.stringify(urls.filter((url) => url.startsWith('file:'))));
