import type { Outcome } from './work-tree';
import { plantedBugs, WorkTree } from './work-tree';

const bugs = plantedBugs();
/** An assertion, not a crash: a bug that only breaks the program proves nothing about the test. */
const ASSERTION = /expect\(|Property failed/;

let tree: WorkTree;
beforeAll(() => {
  tree = new WorkTree();
}, 60_000);
afterAll(() => tree.remove());

describe('planted bugs', () => {
  test('there are at least ten', () => {
    expect(bugs.length).toBeGreaterThanOrEqual(10);
  });

  describe('without them every test named passes', () => {
    for (const project of new Set(bugs.map((bug) => bug.project))) {
      test(
        project,
        () => {
          const named = bugs.filter((bug) => bug.project === project);
          const rules = [...new Set(named.map(({ rule }) => rule))];
          const outcome = tree.test(project, [...new Set(named.map(({ spec }) => spec))], rules.map((rule) => `${rule} `).join('|'));
          expect(outcome).toMatchObject({ failed: [], broken: [] });
          expect(rules.filter((rule) => !outcome.passed.some((title) => title.startsWith(`${rule} `)))).toEqual([]);
        },
        120_000,
      );
    }
  });

  for (const { name, file, project, spec, rule } of bugs) {
    test(`seen: ${name} (${rule})`, () => {
      tree.patch(file, 'in');
      let outcome: Outcome;
      try {
        outcome = tree.test(project, [spec], `${rule} `);
      } finally {
        tree.patch(file, 'out');
      }
      expect(outcome.broken).toEqual([]);
      expect(outcome.failed.map(({ title }) => title.split(' ')[0])).toContain(rule);
      for (const { message } of outcome.failed) expect(message).toMatch(ASSERTION);
    }, 120_000);
  }
});
