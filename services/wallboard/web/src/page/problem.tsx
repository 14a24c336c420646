import type { ProblemError } from '../server/request';
import { t, textOr } from '../texts/texts';

/** A problem in our words where we have some for its code, else in the server's. */
export function problemText({ code, message, status }: ProblemError): string {
  if (code === 'unreachable') return t('problem.unreachable');
  return textOr(`problem.${code}`, status === 0 ? t('problem.unexpected', { detail: message }) : t('problem.server', { detail: message }));
}

/** Says what went wrong where it went wrong. */
export function Problem({ problem, again }: { problem: ProblemError | null; again?: () => void }) {
  return (
    <div role="alert" className="problem-place">
      {problem && (
        <p className="problem">
          <span aria-hidden="true">■ </span>
          {problemText(problem)}
          {again && (
            <button type="button" className="plain" onClick={again}>
              {t('page.tryAgain')}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
