import { STATUS_CODES } from 'node:http';

/** A refusal, as application/problem+json. @see https://www.rfc-editor.org/rfc/rfc9457 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }

  get document() {
    const { status, code, message } = this;
    return {
      type: `urn:payment-provider:${code}`,
      title: STATUS_CODES[status],
      status,
      detail: message,
      code,
    };
  }
}
