import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { ClockProvider } from '../src/clock/clock';
import { App } from '../src/page/app';
import { SessionProvider } from '../src/session/session';
import { HeldClock } from './clock';
import { NOW } from './frames';
import type { Answers } from './server';
import { serve, Status } from './server';

const clock = new HeldClock(NOW);
const NOBODY = { firstStart: false, demo: 'absent', signedIn: false };
const ANA = {
  accountId: 'a',
  displayName: 'Ana Reyes',
  role: 'administrator',
  clinics: 'all',
  operator: { operatorId: 'o', name: 'Centre', demo: false },
};
const WITHOUT_BODY = new Status(204, undefined);

async function open(hash: string, answers: Answers): Promise<string[]> {
  window.location.hash = hash;
  const asked = serve(answers);
  render(
    <ClockProvider clock={clock}>
      <SessionProvider>
        <App />
      </SessionProvider>
    </ClockProvider>,
  );
  await waitFor(() => expect(screen.queryByText('One moment …')).toBeNull());
  return asked;
}

test('nobody signed in sees three doors, and nobody is asked who they are', async () => {
  const asked = await open('#/', { 'GET /v1/doors': NOBODY });
  expect(screen.getAllByRole('heading', { level: 2 }).map(({ textContent }) => textContent)).toEqual([
    'Watch a demo centre',
    'Try my own file',
    'Connect my phones',
  ]);
  expect(asked).toEqual(['GET /v1/doors']);
  expect(document.title).toBe('Where do you want to begin? · Sightline');
});

test('where the demo is off it has no door', async () => {
  await open('#/', { 'GET /v1/doors': { ...NOBODY, demo: 'off' } });
  expect(screen.queryByText('Watch a demo centre')).toBeNull();
});

test('before the first account the other doors explain the link of the terminal', async () => {
  await open('#/', { 'GET /v1/doors': { ...NOBODY, firstStart: true } });
  fireEvent.click(screen.getByRole('button', { name: 'Choose a file' }));
  expect(screen.getByText(/one-time administrator link that was printed in the terminal/)).toBeTruthy();
  expect(screen.queryByLabelText('Password')).toBeNull();
});

test('a wrong password is said in words; the right one leads through the door that was opened', async () => {
  let isSignedIn = false;
  await open('#/', {
    'GET /v1/doors': () => ({ ...NOBODY, signedIn: isSignedIn }),
    'GET /v1/session': ANA,
    'GET /v1/directory': { version: 1, rows: [] },
    'GET /v1/imports': [],
    'POST /v1/session': (_url: URL, body: unknown) => {
      isSignedIn = (body as { password: string }).password === 'right';
      return isSignedIn ? WITHOUT_BODY : new Status(401, { code: 'wrong-credentials', detail: 'no' });
    },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Choose a file' }));
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'ana' } });
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'wrong' } });
  fireEvent.submit(screen.getByLabelText('Password'));
  expect(await screen.findByText(/Name or password is wrong/)).toBeTruthy();
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'right' } });
  fireEvent.submit(screen.getByLabelText('Password'));
  expect(await screen.findByText('Ana Reyes, administrator')).toBeTruthy();
  await waitFor(() => expect(window.location.hash).toBe('#/import'));
});

test('the demo is waited for by the clock, then the wall opens; it is marked and nothing can be brought into it', async () => {
  let demo = 'absent';
  await open('#/', {
    'GET /v1/doors': () => ({ ...NOBODY, demo, signedIn: demo !== 'absent' }),
    'GET /v1/session': { ...ANA, role: 'manager', operator: { ...ANA.operator, demo: true } },
    'POST /v1/demo': () => {
      demo = 'preparing';
      return new Status(202, { demo });
    },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Open the demo' }));
  expect(await screen.findByText('DEMO')).toBeTruthy();
  await act(async () => clock.pass(1_000));
  expect(window.location.hash).toBe('#/');
  demo = 'running';
  await act(async () => clock.pass(1_000));
  await waitFor(() => expect(window.location.hash).toBe('#/wall'));
  expect(document.title).toBe('Wall · DEMO · Sightline');
  expect(screen.getAllByRole('link').map(({ textContent }) => textContent)).not.toContain('Import');
});

test('an invitation takes two equal passwords, once', async () => {
  const asked = await open('#/welcome/the-token', {
    'GET /v1/doors': NOBODY,
    'GET /v1/invitations/the-token': { name: 'ana' },
    'POST /v1/invitations/the-token': new Status(404, { code: 'invitation-unknown', detail: 'no' }),
  });
  expect(await screen.findByText('Welcome, ana')).toBeTruthy();
  const fill = (again: string): void => {
    fireEvent.change(screen.getByLabelText('New password'), { target: { value: 'long enough' } });
    fireEvent.change(screen.getByLabelText('The same again'), { target: { value: again } });
    fireEvent.submit(screen.getByLabelText('New password'));
  };
  fill('other');
  expect(screen.getByText(/The two passwords differ/)).toBeTruthy();
  expect(asked.some((path) => path.startsWith('POST'))).toBe(false);
  fill('long enough');
  expect(await screen.findByText(/This link does not work/)).toBeTruthy();
});

test('keys are for administrators; others are told so', async () => {
  const asked = await open('#/connect', {
    'GET /v1/doors': { ...NOBODY, signedIn: true },
    'GET /v1/session': { ...ANA, role: 'manager' },
    'GET /v1/directory': { version: 1, rows: [] },
  });
  expect(screen.getByText(/for administrators/)).toBeTruthy();
  expect(asked).not.toContain('GET /v1/follows');
});

test('a server that is away is said so and asked again', async () => {
  await open('#/', {});
  expect(screen.getByText(/The server said no: there is nothing here/)).toBeTruthy();
  serve({ 'GET /v1/doors': NOBODY });
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Watch a demo centre')).toBeTruthy();
});

test('an address of nothing says so', async () => {
  await open('#/nonsense', { 'GET /v1/doors': { ...NOBODY, signedIn: true }, 'GET /v1/session': ANA });
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('There is no such page');
});

test('queues are given to clinics as one version, and taken back within ten seconds', async () => {
  const said: unknown[] = [];
  await open('#/mappings', {
    'GET /v1/doors': { ...NOBODY, signedIn: true },
    'GET /v1/session': ANA,
    'GET /v1/directory': { version: 7, rows: [] },
    'GET /v1/feeds': { behind: 0, refold: { running: false, done: 1 }, unassigned: [{ source: 'pbx', queue: '4012', visits: 1_204 }] },
    'POST /v1/directory/changes': (_url: URL, body: unknown) => {
      said.push(body);
      return { version: 8, ids: ['clinic-row', 'mapping-row'] };
    },
  });
  expect(await screen.findByText('1,204 calls')).toBeTruthy();
  fireEvent.change(screen.getByLabelText('Clinic of queue 4012'), { target: { value: 'Oak Vision' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save 1 queue' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Take it back' }));
  await waitFor(() => expect(said).toHaveLength(2));
  expect(said[0]).toMatchObject({
    expectedVersion: 7,
    changes: [
      { kind: 'clinic', name: 'Oak Vision' },
      { kind: 'mapping', value: '4012' },
    ],
  });
  expect(said[1]).toEqual({
    changes: [
      { id: 'mapping-row', removed: true },
      { id: 'clinic-row', removed: true },
    ],
  });
});

test('after ten seconds nothing can be taken back any more', async () => {
  await open('#/mappings', {
    'GET /v1/doors': { ...NOBODY, signedIn: true },
    'GET /v1/session': ANA,
    'GET /v1/directory': { version: 7, rows: [] },
    'GET /v1/feeds': { behind: 0, refold: { running: false, done: 1 }, unassigned: [{ source: 'pbx', queue: '4012', visits: 1 }] },
    'POST /v1/directory/changes': { version: 8, ids: ['x'] },
  });
  fireEvent.change(await screen.findByLabelText('Clinic of queue 4012'), { target: { value: 'Oak Vision' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save 1 queue' }));
  await screen.findByRole('button', { name: 'Take it back' });
  await act(async () => clock.pass(9_500));
  expect(screen.queryByRole('button', { name: 'Take it back' })).not.toBeNull();
  await act(async () => clock.pass(500));
  expect(screen.queryByRole('button', { name: 'Take it back' })).toBeNull();
});

test('? lists the keys', async () => {
  Object.assign(HTMLDialogElement.prototype, { showModal: () => undefined, close: () => undefined });
  await open('#/nonsense', { 'GET /v1/doors': { ...NOBODY, signedIn: true }, 'GET /v1/session': ANA });
  fireEvent.keyDown(window, { key: '?' });
  expect(screen.getByText('search pools and clinics')).toBeTruthy();
});
