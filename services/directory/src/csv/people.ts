import type { DirectoryRow } from '@sightline/contracts';
import { readDate } from './dates';
import { Statements } from './statements';
import type { Columns, Line } from './table';

export const PEOPLE_COLUMNS: Columns = {
  needed: ['agent'],
  optional: ['name', 'team', 'site', 'login', 'source', 'validFrom', 'validTo'],
};

interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

/** Spans in which an agent was in a team, and the line that first said so. */
interface Membership {
  readonly agentId: string;
  readonly teamId: string;
  readonly line: number;
  readonly spans: Span[];
}

/** Agents with team, site and logins; the dates of a line are those of its login and of the team. Teams and sites are made when missing. */
export function interpretPeople(lines: readonly Line[], rows: readonly DirectoryRow[], defaultSource: string | null): Statements {
  const statements = new Statements(rows);
  const memberships = new Map<string, Membership>();
  for (const line of lines) for (const column of ['name', 'site']) statements.tell(line.cells['agent'] as string, column, line);
  for (const line of lines) {
    const { number, cells } = line;
    const agentId = cells['agent'] as string;
    const source = cells['source'] || defaultSource;
    const zoneOfSource = statements.byName('source', source ?? '')?.zone ?? 'UTC';
    const site = saySite(statements, number, statements.toldOf(agentId, 'site'), zoneOfSource);
    sayAgent(statements, number, agentId, site?.siteId ?? null);
    const span = spanOf(statements, line, site?.zone ?? zoneOfSource);
    if (span === null) continue;
    const teamId = sayTeam(statements, number, cells['team'], site?.siteId ?? null);
    if (teamId !== null) {
      const key = `${agentId}\n${teamId}`;
      const before = memberships.get(key);
      if (before) before.spans.push(span);
      else memberships.set(key, { agentId, teamId, line: number, spans: [span] });
    }
    const login = cells['login'];
    if (!login) continue;
    if (source === null) statements.refuse(number, 'source must not be empty where there is a login');
    else statements.say(number, { kind: 'login', source, login, agentId }, span.from, span.to);
  }
  for (const { agentId, teamId, line, spans } of memberships.values()) {
    for (const { from, to } of unionOf(spans)) statements.say(line, { kind: 'teamMember', teamId, agentId }, from, to);
  }
  return statements;
}

function sayAgent(statements: Statements, line: number, agentId: string, siteId: string | null): void {
  const bare = { kind: 'agent', agentId, name: agentId, siteId: null } as const;
  const known = statements.known(bare);
  const name = statements.toldOf(agentId, 'name') ?? known?.name ?? agentId;
  statements.say(line, { ...bare, name, siteId: siteId ?? known?.siteId ?? null }, known?.validFrom ?? null, known?.validTo ?? null);
}

function saySite(statements: Statements, line: number, text: string | undefined, zone: string): { siteId: string; zone: string } | null {
  if (text === undefined) return null;
  const known = statements.byName('site', text);
  if (known) {
    statements.keep(line, known);
    return known;
  }
  const site = { kind: 'site', siteId: idOf(text), name: text, zone } as const;
  // The first line decides the zone of a new site: lines after it may come from another source.
  const told = statements.first(site);
  if (told === undefined) statements.say(line, site, null, null);
  return told ?? site;
}

function sayTeam(statements: Statements, line: number, text: string | undefined, siteId: string | null): string | null {
  if (!text) return null;
  const known = statements.byName('team', text);
  if (known) {
    statements.keep(line, known);
    return known.teamId;
  }
  const team = { kind: 'team', teamId: idOf(text), name: text, siteId } as const;
  if (statements.first(team) === undefined) statements.say(line, team, null, null);
  return team.teamId;
}

/** Ids hold neither commas nor slashes; the names of teams may. */
function idOf(name: string): string {
  return name.replace(/[,/]/g, '-').slice(0, 64).trim();
}

function spanOf(statements: Statements, { number, cells }: Line, zone: string): Span | null {
  const from = readDate(cells['validFrom'], zone);
  const to = readDate(cells['validTo'], zone);
  if (typeof from === 'object' && from !== null) statements.refuse(number, `validFrom ${from.reason}`);
  else if (typeof to === 'object' && to !== null) statements.refuse(number, `validTo ${to.reason}`);
  else return { from, to };
  return null;
}

/** Spans that touch or overlap become one: an agent with two logins is in the team once. */
function unionOf(spans: readonly Span[]): readonly Span[] {
  const ascending = [...spans].sort((a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity));
  const union: { from: number | null; to: number | null }[] = [];
  for (const span of ascending) {
    const last = union.at(-1);
    if (!last || (last.to ?? Infinity) < (span.from ?? -Infinity)) union.push({ ...span });
    else if ((span.to ?? Infinity) > (last.to ?? Infinity)) last.to = span.to;
  }
  return union;
}
