import type { WallParts, WallPeople, WallRow } from '@sightline/contracts';
import { useEffect, useMemo, useState } from 'react';
import { ownZone } from '../clock/local-time';
import { Problem } from '../page/problem';
import { Sheet } from '../page/sheet';
import { useSession } from '../session/session';
import { useAnswer } from '../server/use-answer';
import { t, whole } from '../texts/texts';
import type { Target } from '../wall/figure';
import { headOf } from '../wall/parts';
import type { AnswerRow, CallClass, FiguresAnswer } from './answers';
import { addsUp, countsIn, figureIn, sizeOf } from './answers';
import { ByClinic } from './by-clinic';
import { Calls, Chips } from './calls';
import type { Promised } from './facts';
import { Facts, Formula, Open, spanText, Value } from './facts';
import type { Question } from './question';
import { callsPath, figuresPath, questionOf, selectionOf } from './question';
import { useCalls } from './use-calls';

const PEOPLE = ['free', 'onCall', 'ringing', 'wrapUp', 'outbound', 'paused', 'unknown'] as const;

/** People are counted as they are now: there is no call behind "free", but there are words. */
function PeopleBehind({ people }: { people: WallPeople | null }) {
  if (!people) return <p>{t('behind.peopleUnknown')}</p>;
  return (
    <>
      <p className="value">
        <strong>{people.free}</strong>
        <span className="quiet">{t('wall.ofSignedIn', { signedIn: people.signedIn })}</span>
      </p>
      <dl className="facts wide">
        {PEOPLE.map((state) => (
          <div key={state}>
            <dt>
              {t(`wall.people.${state}`)} <strong>{people[state]}</strong>
            </dt>
            <dd>{t(`people.${state}What`)}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{t('people.once')}</p>
    </>
  );
}

/** The class to begin with: what somebody would ask for first, if there are any such calls. */
function firstClass(question: Question, row: AnswerRow): CallClass {
  if (question.figure === 'waiting') return 'waiting';
  const counts = countsIn(row);
  return (['answeredLate', 'abandoned', 'answeredWithin'] as const).find((name) => sizeOf(name, counts) > 0) ?? 'answeredWithin';
}

interface BehindProps {
  readonly question: Question;
  readonly answer: FiguresAnswer;
  readonly promised: Promised | null;
  readonly now: number;
  readonly path: { readonly again: () => void };
  readonly openedAt: number;
}

/** What is behind a figure of which one formula holds: words, integers, and the calls. */
function Behind({ question, answer, promised, now, path, openedAt }: BehindProps) {
  const row = answer.rows[0] as AnswerRow;
  const [chosen, setChosen] = useState(() => firstClass(question, row));
  const members = selectionOf(question, question.clinics, question.zone, openedAt);
  const calls = callsPath(members, { class: chosen, figure: question.figure });
  const list = useCalls(calls);
  const figure = figureIn(row, question.figure);
  // The list comes with its own figure: when calls came in between, the counts are asked for again.
  const own = list.answer ? figureIn(list.answer.figure, question.figure) : null;
  const counts = countsIn(row);
  const isMoved = own !== null && figure !== null && (own.numerator !== figure.numerator || own.value !== figure.value);
  const { again } = path;
  useEffect(() => {
    if (isMoved) again();
  }, [isMoved, own, again]);
  const isWhole = addsUp(row, figure) && !isMoved && list.answer?.total === sizeOf(chosen, counts);
  const zone = question.zone ?? answer.zone;
  return (
    <>
      <p className="quiet span">{spanText(answer.from, answer.to, question.span === 'today', zone, now)}</p>
      {question.figure === 'waiting' ? (
        <p className="value">
          <strong>{whole(counts.waiting)}</strong>
          <span className="quiet">{t('behind.waitingNow')}</span>
        </p>
      ) : (
        figure && (
          <>
            <Value level={figure} promised={promised} />
            <Open level={figure} waiting={counts.waiting} />
            <Formula row={row} level={figure} />
            <Facts row={row} at={answer.at} behind={answer.behind} promised={promised} zone={zone} />
            <Chips counts={counts} chosen={chosen} onChoose={setChosen} />
          </>
        )
      )}
      <Calls
        list={list}
        offered={question.figure === 'waiting' ? counts.waiting : counts.offered}
        isWhole={isWhole}
        path={calls}
        zone={zone}
        now={now}
        several={question.clinics === null || question.clinics.length > 1}
      />
    </>
  );
}

function OneFormula({
  question,
  promised,
  now,
  openedAt,
}: {
  question: Question;
  promised: Promised | null;
  now: number;
  openedAt: number;
}) {
  const members = useMemo(() => selectionOf(question, question.clinics, question.zone, openedAt), [question, openedAt]);
  const figures = useAnswer<FiguresAnswer>(figuresPath(members, question.figure));
  if (figures.problem) return <Problem problem={figures.problem} again={figures.again} />;
  if (!figures.value?.rows[0]) return <p className="quiet none">{t('page.loading')}</p>;
  return <Behind question={question} answer={figures.value} promised={promised} now={now} path={figures} openedAt={openedAt} />;
}

interface ProvenanceProps {
  readonly target: Target;
  readonly parts: WallParts;
  readonly pool: string | null;
  /** Time by the gateway's clock, ms. */
  readonly now: number;
  readonly onClose: () => void;
}

/** What is behind a number of the wall: value, formula in words, range, freshness, and the calls, which add up. */
export function Provenance({ target, parts, pool, now, onClose }: ProvenanceProps) {
  const { me } = useSession();
  // The question is that of the moment the number was opened; the wall goes on behind it.
  const [openedAt] = useState(now);
  const [question] = useState(() => questionOf(target, parts, pool, now));
  const row = target.row === undefined ? null : ((parts[`row/${target.row}`] as WallRow | undefined) ?? null);
  const promised = target.of === 'level' || target.of === 'last30' ? row : null;
  const name = question?.name ?? row?.name ?? t('behind.everybody');
  const title = (
    <>
      {`${name} · ${t(`behind.of.${target.of}`)} `}
      {me?.operator.demo && <span className="demo">{t('page.demo')}</span>}
    </>
  );
  return (
    <Sheet title={title} className="behind" onClose={onClose}>
      {!question && <PeopleBehind people={row ? row.people : (headOf(parts)?.people ?? null)} />}
      {question && !question.isOneFormula && <ByClinic question={question} promised={promised} now={openedAt} />}
      {question?.isOneFormula && (
        <OneFormula question={{ ...question, zone: question.zone ?? ownZone() }} promised={promised} now={now} openedAt={openedAt} />
      )}
    </Sheet>
  );
}
