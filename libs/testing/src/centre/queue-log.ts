import type { Statement } from './statement';

/** What a line needs of what came before it: when the caller entered, when the agent answered. */
interface Visit {
  readonly queue: string;
  readonly enteredAt: number;
  answeredAt: number | null;
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** Writes statements as lines of an Asterisk queue_log: whole seconds, and only what such a log knows. */
class Writer {
  readonly lines: string[] = [];
  private readonly visits = new Map<string, Visit>();

  write(statement: Statement): void {
    const { fact, at, login } = statement;
    const visit = statement.callId === undefined ? undefined : this.visits.get(statement.callId);
    switch (fact.kind) {
      case 'queueEntered':
        this.visits.set(statement.callId as string, { queue: statement.queue as string, enteredAt: at, answeredAt: null });
        this.line(statement, 'NONE', 'ENTERQUEUE', '', statement.callerNumber ?? '', '1');
        return this.line(statement, 'NONE', 'DID', statement.attributes?.dialledNumber ?? '');
      case 'callBlocked':
        return this.line(statement, 'NONE', 'JOINEMPTY');
      case 'callAnswered':
        if (visit) visit.answeredAt = at;
        return this.line(statement, agentOf(login), 'CONNECT', this.waited(visit, at), statement.callId as string, '');
      case 'ringMissed':
        return this.line(statement, agentOf(login), 'RINGNOANSWER', String(fact.ringMs ?? 0));
      case 'callAbandoned':
        return this.line(statement, 'NONE', 'ABANDON', '1', '1', this.waited(visit, at));
      case 'callFlowedOut':
        if (fact.reason === 'voicemail' || fact.reason === 'callback')
          return this.line(statement, 'NONE', 'EXITWITHKEY', fact.reason === 'voicemail' ? '1' : '2', '1', '1', this.waited(visit, at));
        return this.line(statement, 'NONE', 'EXITWITHTIMEOUT', '1', '1', this.waited(visit, at));
      default:
        return this.writeEnd(statement, visit);
    }
  }

  private writeEnd(statement: Statement, visit: Visit | undefined): void {
    const { fact, at, login } = statement;
    const talked = visit?.answeredAt === null || !visit ? '0' : String(seconds(at) - seconds(visit.answeredAt));
    const waited = this.waited(visit, visit?.answeredAt ?? at);
    switch (fact.kind) {
      case 'callTransferred':
        if (fact.mode === 'cold') this.line(statement, agentOf(login), 'BLINDTRANSFER', fact.toQueue ?? '', 'default', waited, talked, '1');
        else this.line(statement, agentOf(login), 'ATTENDEDTRANSFER', 'BRIDGE', statement.callId as string, waited, talked, '1');
        if (visit) visit.answeredAt = null;
        return;
      case 'legEnded':
        if (!visit || visit.answeredAt === null) return;
        return this.line(statement, agentOf(login), fact.by === 'caller' ? 'COMPLETECALLER' : 'COMPLETEAGENT', waited, talked, '1');
      case 'agentSignedIn':
        return this.line(statement, agentOf(login), 'ADDMEMBER');
      case 'agentSignedOut':
        return this.line(statement, agentOf(login), 'REMOVEMEMBER');
      case 'agentStateChanged':
        return this.line(statement, agentOf(login), fact.state === 'paused' ? 'PAUSE' : 'UNPAUSE', fact.reason ?? '');
      default:
    }
  }

  private waited(visit: Visit | undefined, at: number): string {
    return visit ? String(seconds(at) - seconds(visit.enteredAt)) : '0';
  }

  private line({ at, callId, queue }: Statement, agent: string, event: string, ...data: readonly string[]): void {
    this.lines.push([seconds(at), callId ?? 'MANAGER', queue ?? 'NONE', agent, event, ...data].join('|'));
  }
}

function agentOf(login: string | undefined): string {
  return login === undefined ? 'NONE' : `PJSIP/${login}`;
}

/** The day as an Asterisk `queue_log`: queues, waits, answers, transfers and pauses; what such a log does not know is left out. */
export function queueLogOf(statements: readonly Statement[]): string {
  const writer = new Writer();
  for (const statement of statements) writer.write(statement);
  return `${writer.lines.join('\n')}\n`;
}
