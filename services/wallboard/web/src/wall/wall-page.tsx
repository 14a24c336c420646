import type { WallRow } from '@sightline/contracts';
import { useEffect, useRef, useState } from 'react';
import { useNow } from '../clock/clock';
import { useWall } from '../live/use-wall';
import { goTo, hrefOf, useAddress } from '../page/address';
import { useKeys } from '../page/keys';
import { useTitle } from '../page/title';
import { Tools } from '../page/tools';
import { targetOf, queryOfTarget } from '../provenance/target';
import { Provenance } from '../provenance/provenance';
import { t } from '../texts/texts';
import { Banner } from './banner';
import type { Target } from './figure';
import { useFound } from './found';
import { headOf, rowsNamed, rowsOf } from './parts';
import { timeOf } from './time';
import { Wall } from './wall';

function Search({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.focus() });
  return (
    <input
      ref={field}
      type="search"
      className="search"
      placeholder={`/ ${t('wall.search')}`}
      aria-label={t('wall.searchLabel')}
      value={words}
      onChange={(event) => onWords(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        onWords('');
        field.current?.blur();
      }}
    />
  );
}

/** 1–9 open what is behind today's level of the row in that place. */
function useRowKeys(rows: readonly WallRow[], open: (target: Target) => void): void {
  const keys: Record<string, () => void> = {};
  rows.slice(0, 9).forEach((row, index) => (keys[String(index + 1)] = () => open({ of: 'level', row: row.id })));
  useKeys(keys);
}

/** The wall of somebody signed in: with search, keys and what is behind each number. */
export function WallPage() {
  const { query } = useAddress();
  const pool = query['pool'] ?? null;
  const live = useWall(pool === null ? {} : { pool }, null);
  const now = useNow();
  const [words, setWords] = useState('');
  const found = useFound(words);
  const parts = { ...live.wall?.parts, ...found };
  const head = headOf(parts);
  const time = timeOf(live, now);
  const hrefTo = (target: Target | null): string => hrefOf(['wall'], { pool: pool ?? undefined, ...queryOfTarget(target) });
  const rows = !head ? [] : words === '' ? rowsOf(parts, head) : rowsNamed(parts, words);
  useRowKeys(rows, (target) => goTo(hrefTo(target)));
  const target = targetOf(query);
  const poolName = pool === null ? null : ((parts[`row/pool/${pool}`] as WallRow | undefined)?.name ?? pool);
  useTitle(poolName === null ? t('wall.title') : t('wall.titlePool', { pool: poolName }));
  useEffect(() => setWords(''), [pool]);
  return (
    <main className="wall-page" id="content" tabIndex={-1}>
      <h1 className="unseen">{poolName === null ? t('wall.title') : t('wall.titlePool', { pool: poolName })}</h1>
      <Banner live={live} now={now} />
      {head && (
        <Tools>
          {poolName !== null && (
            <a className="pill" href={hrefOf(['wall'])}>
              {poolName} <span aria-hidden="true">×</span>
              <span className="unseen">{t('wall.allPools')}</span>
            </a>
          )}
          <Search words={words} onWords={setWords} />
        </Tools>
      )}
      <Wall parts={parts} time={time} links={hrefTo} words={words} />
      {target && head && (
        <Provenance
          key={JSON.stringify(target)}
          target={target}
          parts={parts}
          pool={pool}
          now={time.now}
          onClose={() => goTo(hrefTo(null))}
        />
      )}
    </main>
  );
}
