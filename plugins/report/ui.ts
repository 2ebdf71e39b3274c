export { type ServeOptions, serveUi, type UiServer } from './serve/server.js';
