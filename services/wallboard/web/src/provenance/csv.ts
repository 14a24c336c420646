import { problemOf } from '../server/request';

const PAGE = 1_000;
const CURSOR = 'Sightline-Next-Cursor';

/** The whole list as CSV, page after page; the line of names only once. */
export async function csvOfAll(path: string, get: typeof fetch = fetch): Promise<string> {
  let text = '';
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response: Response = await get(`${path}&limit=${PAGE}${more}`, { headers: { Accept: 'text/csv' }, credentials: 'same-origin' });
    if (!response.ok) throw await problemOf(response);
    const page = await response.text();
    text += cursor === null ? page : page.slice(page.indexOf('\n') + 1);
    cursor = response.headers.get(CURSOR);
  } while (cursor !== null);
  return text;
}

/** Hands a text to the browser as a file. */
export function saveFile(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
