import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_JSON, type Problem } from './problem';

const TOLD: Readonly<Record<string, [status: number, code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'http.headers-too-large', 'The headers are larger than 16 KB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'http.request-timeout', 'The request did not arrive in time'],
};

/** Node's own note of the answer that is on its way, by which its own handler decides too. */
type Answering = Socket & { readonly _httpMessage?: { readonly headersSent: boolean } };

/** Answers, on the bare socket, what never became a request: it is not HTTP, its headers are too large, or it came too slowly. */
export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  const { _httpMessage: answer } = socket as Answering;
  if (!socket.writable || error.code === 'ECONNRESET' || answer?.headersSent) {
    socket.destroy(error);
    return;
  }
  const [status, code, detail] = TOLD[error.code ?? ''] ?? [
    400,
    'http.malformed-request',
    'This is not well-formed HTTP',
  ];
  const title = STATUS_CODES[status]!;
  const problem: Problem = { type: `urn:banyan:problem:${code}`, title, status, detail, code };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_JSON}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
