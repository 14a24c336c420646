/** What a server answers, by method and path (what stands behind ? may be left out); everything else is 404. */
export type Answers = Readonly<Record<string, unknown | ((url: URL, body: unknown) => unknown)>>;

/** An answer of another status. */
export class Status {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {}
}

/** Puts recorded answers where the network would be; returns what was asked. */
export function serve(answers: Answers): string[] {
  const asked: string[] = [];
  const fetch = async (path: string, { method = 'GET', body = null }: { method?: string; body?: string | null } = {}) => {
    const url = new URL(path, 'http://sightline.test');
    asked.push(`${method} ${path}`);
    const known = answers[`${method} ${url.pathname}`] ?? new Status(404, { code: 'not-found', detail: 'there is nothing here' });
    const answer: unknown = typeof known === 'function' ? known(url, body === null ? null : JSON.parse(body)) : known;
    const { status, body: content } = answer instanceof Status ? answer : new Status(200, answer);
    const text = content === undefined ? '' : JSON.stringify(content);
    return { ok: status < 400, status, text: async () => text, json: async () => JSON.parse(text) as unknown, headers: new Map() };
  };
  Object.assign(globalThis, { fetch });
  return asked;
}
