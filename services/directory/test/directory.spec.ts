import { describeWithPostgres } from '@sightline/testing';
import type { Stage } from './harness';
import { clinic, mapping, openStage, SOURCE } from './harness';

describeWithPostgres('smoke', (superuserUrl) => {
  let stage: Stage;
  let admin: string;
  beforeAll(async () => {
    stage = await openStage(superuserUrl);
    admin = stage.service.localAccess('acme');
  });
  afterAll(() => stage.stop());
  test('x', async () => {
    const said = await stage.say(admin, [SOURCE, clinic('lakeside'), mapping('4012', 'lakeside')]);
    console.log(said.status, JSON.stringify(said.json));
    const m = await stage.enrol(admin, { name: 'mary' });
    const r = await stage.ask('GET', '/v1/directory', { token: m.token });
    console.log(r.status, JSON.stringify(r.json).slice(0, 500));
    const o = await stage.ask('GET', '/v1/openapi.json');
    console.log(Object.keys(o.json.paths), JSON.stringify(o.json).length);
    const c = await stage.ask('POST', '/v1/directory/csv/mappings?dryRun=true&source=pbx', {
      token: admin,
      csv: 'by;value;clinic;zone;contractTargetPercent\nqueue;4013;hill;Europe/Berlin;90\n\nqueue;4014;hill;;\n"queue;4014',
    });
    console.log(c.status, JSON.stringify(c.json));
    const d = await stage.ask('POST', '/v1/directory/csv/mappings?dryRun=false&source=pbx', {
      token: admin,
      csv: 'by;value;clinic;zone;contractTargetPercent\nqueue;4013;hill;Europe/Berlin;90\n\nqueue;4014;hill;;\n',
    });
    console.log(d.status, JSON.stringify(d.json));
  });
});
