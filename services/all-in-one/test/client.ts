/** What came back, as a program would read it. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are read freely in tests
  readonly json: any;
}

export interface Sending {
  /** Default: who the client is. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks over HTTP whatever it is told to, and keeps everything it hears. */
export class Client {
  readonly heard: string[] = [];

  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  /** Bytes go as octets, everything else as JSON. */
  async send(method: string, to: string, body?: unknown, { token = this.token, headers = {} }: Sending = {}): Promise<Answer> {
    const bytes = body instanceof Uint8Array;
    const type: Record<string, string> =
      body === undefined ? {} : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' };
    const response = await fetch(`${this.url}${to}`, {
      method,
      headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...type, ...headers },
      ...(body === undefined ? {} : { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.heard.push(`${[...response.headers].join('\n')}\n${text}`);
    return { status: response.status, text, headers: response.headers, json: parsed(text) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
