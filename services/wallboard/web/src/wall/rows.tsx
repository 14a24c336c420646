import type { WallHead, WallRow } from '@sightline/contracts';
import { hrefOf } from '../page/address';
import { mayArrange, useSession } from '../session/session';
import { t } from '../texts/texts';
import type { WallTime } from './looks';
import { Row } from './row';

interface RowsProps {
  readonly head: WallHead;
  readonly rows: readonly WallRow[];
  readonly time: WallTime;
  /** Words the rows were searched for; '' shows the wall as it is. */
  readonly words: string;
}

function Empty({ words }: { words: string }) {
  const { me } = useSession();
  return (
    <div className="empty">
      <strong>{words === '' ? t('wall.noRows') : t('wall.noneFound')}</strong>
      {words === '' && <span>{t('wall.noRowsWhat')}</span>}
      {words === '' && mayArrange(me) && (
        <span className="ways">
          <a href={hrefOf(['import'])}>{t('doors.file')}</a>
          <a href={hrefOf(['connect'])}>{t('doors.phones')}</a>
        </span>
      )}
    </div>
  );
}

/** Clinics without a row of their own. */
function Others({ head, columns }: { head: WallHead; columns: number }) {
  const { othersOnTarget, othersOffTarget = 0 } = head;
  if (othersOnTarget + othersOffTarget === 0) return null;
  const parts = [
    ...(othersOffTarget > 0 ? [t('wall.othersOffTarget', { count: othersOffTarget })] : []),
    ...(othersOnTarget > 0 ? [t('wall.othersOnTarget', { count: othersOnTarget })] : []),
  ];
  return (
    <tfoot role="rowgroup">
      <tr role="row">
        <td role="cell" colSpan={columns}>
          {parts.join(' · ')}
        </td>
      </tr>
    </tfoot>
  );
}

/** The rows with their columns. The column of people is absent where no source reports them. */
export function Rows({ head, rows, time, words }: RowsProps) {
  if (rows.length === 0) return <Empty words={words} />;
  const withPeople = rows.some(({ people }) => people !== null);
  const columns = withPeople ? 6 : 5;
  return (
    <table className="rows" role="table">
      <caption className="unseen">{words === '' ? t('wall.rows') : t('wall.rowsFound', { words })}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {(['name', 'level', 'last30', 'waiting', 'longest'] as const).map((column) => (
            <th key={column} role="columnheader" scope="col" className={column}>
              {t(`wall.column.${column}`)}
            </th>
          ))}
          {withPeople && (
            <th role="columnheader" scope="col" className="row-people">
              {t('wall.column.people')}
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <Row key={row.id} row={row} time={time} columns={columns} withPeople={withPeople} />
        ))}
      </tbody>
      {words === '' && <Others head={head} columns={columns} />}
    </table>
  );
}
