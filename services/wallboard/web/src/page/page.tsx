import type { ReactNode } from 'react';
import { useTitle } from './title';

/** A page of text and forms: its title is the document's and the main heading. */
export function Page({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="page" id="content" tabIndex={-1}>
      <h1>{title}</h1>
      {lead !== undefined && <p className="lead">{lead}</p>}
      {children}
    </main>
  );
}
