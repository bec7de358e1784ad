/** What the shop answered. */
export interface Answer<Body = any> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, otherwise text. */
  readonly body: Body;
}

export interface Asking {
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Hears what somebody asks of the shop, and then what they are answered; nothing where there was no answer at all. */
export type Hearing = (method: string, path: string, body: unknown) => (answer?: Answer) => void;

export interface Person {
  readonly token?: string;
  readonly addressId?: string;
  /** Sent with all that they ask. (Default: none) */
  readonly headers?: Readonly<Record<string, string>>;
  /** (Default: nobody listens) */
  readonly hearing?: Hearing;
}

/** Somebody who speaks HTTP with the shop, as one person or as nobody in particular. */
export class Visitor {
  constructor(
    private readonly url: string,
    private readonly person: Person = {},
  ) {}

  /** The same person, who sends these headers with all that they ask. */
  sending = (headers: Readonly<Record<string, string>>): Visitor =>
    new Visitor(this.url, { ...this.person, headers });

  /** What a customer says when ordering: where it goes, and a card that is good. */
  get delivery() {
    return { addressId: this.person.addressId, paymentToken: 'tok_ok' };
  }

  get = (path: string, asking?: Asking) => this.ask('GET', path, asking);
  put = (path: string, body: unknown, headers?: Asking['headers']) =>
    this.ask('PUT', path, { body, headers });
  post = (path: string, body?: unknown, headers?: Asking['headers']) =>
    this.ask('POST', path, { body, headers });
  patch = (path: string, body: unknown, headers?: Asking['headers']) =>
    this.ask('PATCH', path, { body, headers });
  delete = (path: string) => this.ask('DELETE', path);

  /** Under `/api/v1`, unless the path begins with two slashes. */
  async ask(method: string, path: string, asking: Asking = {}): Promise<Answer> {
    const heard = this.person.hearing?.(method, path, asking.body);
    let answer: Answer | undefined;
    try {
      return (answer = await this.send(method, path, asking));
    } finally {
      heard?.(answer);
    }
  }

  private async send(method: string, path: string, { body, headers = {} }: Asking): Promise<Answer> {
    const { token, headers: always } = this.person;
    const address = path.startsWith('//') ? `${this.url}${path.slice(1)}` : `${this.url}/api/v1${path}`;
    const reply = await fetch(address, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...always,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await reply.text();
    const json = /json/.test(reply.headers.get('content-type') ?? '');
    return { status: reply.status, headers: reply.headers, body: json && text ? JSON.parse(text) : text };
  }
}
