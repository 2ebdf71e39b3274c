// Loaded with `node --import` before each program. The process gets an id that no system gives to a process, so that
// nobody's machine takes it for a writer that is still at work, and errors get no stack, which would name folders.
process.env.REAL_PID = String(process.pid);
const pid = Number(process.env.GOLDEN_PID);
Object.defineProperty(process, 'pid', { value: pid, enumerable: true, configurable: true });
Error.stackTraceLimit = 0;
