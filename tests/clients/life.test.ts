// The life of a hazard from the report to the circular, as the people of the example county act it, each with a client of
// his own; at every step also what must not be done.

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as api from './generated/operations.js';
import { FILES, day, fileOf, makings } from './makings.js';
import type { Makings } from './makings.js';
import { newId, signIn } from './person.js';
import type { Person } from './person.js';
import { demo } from './server.js';
import type { Server } from './server.js';

/** An act, as all of them are sent and answered. */
type Act<Input> = TypedDocumentNode<{ done: api.OutcomeFragment }, { act: api.ActInput; input: Input }>;

/** A step of the life: who takes it and how it ends, and the wrong turns from which he is kept. */
interface Step<Input> {
  act: Act<Input>;
  by: Person;
  input: Input;
  ends: [api.HazardStage | null, api.HazardStatus];
  event: api.LedgerEvent;
  /** Somebody whose role it is not. */
  stranger: Person;
  /** The same with something left out, and what is said of that. */
  incomplete: Input;
  complaint: [code: api.RefusalCode, field?: string];
  /** Acts that only add to the record, and the report, rest on no version. */
  needsVersion?: false;
}

let server: Server;
let people: Record<'reporter' | 'clerk' | 'approver' | 'unit' | 'inspector' | 'auditor', Person>;
let made: Makings;
before(async () => {
  server = await demo();
  const as = (login: string, role?: api.Role) => signIn(server.url, login, role);
  people = {
    reporter: await as('town-100', 'INSPECTOR'),
    clerk: await as('clerk'),
    approver: await as('approver'),
    unit: await as('unit'),
    inspector: await as('lead-kgxj', 'INSPECTOR'),
    auditor: await as('auditor'),
  };
  const { committees } = await people.clerk.ask(api.CommitteesDocument, {});
  made = makings(people, committees);
  for (const contents of FILES) await people.unit.send(contents);
});
after(() => server.stop());

const hazardId = newId();

/** The version that somebody saw who missed the last act that moved the hazard on. */
let late = 0;

async function look() {
  const { hazard } = await people.clerk.ask(api.HazardByIdDocument, { id: hazardId });
  return hazard;
}

/** Nothing was done, and whoever tried reads why. */
function isRefused(outcome: api.OutcomeFragment, code: api.RefusalCode, field?: string) {
  const refusal = outcome.userErrors.find((one) => one.code === code);
  assert.ok(refusal, `${code} is not among ${JSON.stringify(outcome.userErrors)}`);
  assert.match(refusal.message, /^\P{ASCII}*[\u4e00-\u9fff]/u);
  if (field !== undefined) assert.equal(refusal.field?.join('.'), field);
  assert.equal(outcome.entry, null);
  assert.equal(outcome.replayed, false);
}

async function take<Input>(step: Step<Input>) {
  const seen = await look();
  const version = seen?.version ?? 0;
  const expectedVersion = step.needsVersion === false ? undefined : version;
  const right: api.ActInput = { hazardId, requestId: newId(), expectedVersion };
  const send = async (by: Person, act: api.ActInput, input: Input) => {
    const { done } = await by.ask(step.act, { act, input });
    return done;
  };
  const anew = () => ({ ...right, requestId: newId() });

  isRefused(await send(step.stranger, anew(), step.input), 'NOT_YOUR_ROLE');
  isRefused(await send(people.auditor, anew(), step.input), 'NOT_YOUR_ROLE');
  isRefused(await send(step.by, anew(), step.incomplete), ...step.complaint);
  if (step.needsVersion !== false) {
    const unsaid = { ...anew(), expectedVersion: undefined };
    isRefused(await send(step.by, unsaid, step.input), 'VERSION_MISSING');
    const stale = await send(step.by, { ...anew(), expectedVersion: late }, step.input);
    isRefused(stale, 'STALE_VERSION');
    assert.equal(stale.hazard?.version, version, 'who is late is shown how it stands');
    late = version;
  }
  assert.deepEqual(await look(), seen, 'wrong turns leave nothing behind');

  const [first, second] = await Promise.all([
    send(step.by, right, step.input),
    send(step.by, right, step.input),
  ]);
  for (const outcome of [first, second]) {
    assert.deepEqual(outcome.userErrors, []);
    assert.equal(outcome.entry?.event, step.event);
    assert.deepEqual([outcome.hazard?.stage ?? null, outcome.hazard?.status], step.ends);
    assert.equal(outcome.hazard?.version, version + 1);
  }
  assert.deepEqual(first.entry, second.entry, 'a double click has one effect');
  assert.deepEqual([first.replayed, second.replayed].sort(), [false, true]);

  const otherwise = { ...right, occurredOn: day(-1) };
  isRefused(await send(step.by, otherwise, step.input), 'REQUEST_ID_REUSED');
  return first;
}

test('a hazard goes from the report to the circular, and at no step another way', async (t) => {
  const { reporter, clerk, approver, unit, inspector } = people;

  await t.test('report', async () => {
    const before = await clerk.ask(api.HazardCountDocument, {});
    await take({
      act: api.ReportHazardDocument,
      by: reporter,
      input: made.report,
      ends: [null, 'REPORTED'],
      event: 'HAZARD_REPORTED',
      stranger: approver,
      incomplete: { ...made.report, title: '' },
      complaint: ['EMPTY', 'input.title'],
      needsVersion: false,
    });
    const now = await clerk.ask(api.HazardCountDocument, {});
    assert.equal(now.hazards.totalCount, before.hazards.totalCount + 1);
  });

  await t.test('list', () =>
    take({
      act: api.ListHazardDocument,
      by: clerk,
      input: made.listing,
      ends: ['LISTED', 'LISTED'],
      event: 'HAZARD_LISTED',
      stranger: unit,
      incomplete: { ...made.listing, recognisedBy: '' },
      complaint: ['EMPTY', 'input.recognisedBy'],
    }),
  );

  await t.test('assign', () =>
    take({
      act: api.AssignHazardDocument,
      by: approver,
      input: made.assignment,
      ends: ['ASSIGNED', 'ASSIGNED'],
      event: 'HAZARD_ASSIGNED',
      stranger: clerk,
      incomplete: { ...made.assignment, terms: { ...made.assignment.terms, requirements: ' ' } },
      complaint: ['EMPTY', 'input.terms.requirements'],
    }),
  );

  await t.test('acknowledge', () =>
    take({
      act: api.AcknowledgeOrderDocument,
      by: unit,
      input: made.receipt,
      ends: ['ASSIGNED', 'ACKNOWLEDGED'],
      event: 'ORDER_ACKNOWLEDGED',
      stranger: clerk,
      incomplete: { ...made.receipt, receipt: [{ digest: fileOf('never sent'), kind: 'DOCUMENT' }] },
      complaint: ['EVIDENCE_NOT_RECEIVED'],
    }),
  );

  await t.test('plan', () =>
    take({
      act: api.FilePlanDocument,
      by: unit,
      input: made.plan,
      ends: ['TRACKED', 'RECTIFYING'],
      event: 'PLAN_FILED',
      stranger: approver,
      incomplete: { ...made.plan, contingency: undefined },
      complaint: ['PLAN_INCOMPLETE'],
    }),
  );

  await t.test('progress', () =>
    take({
      act: api.RecordProgressDocument,
      by: unit,
      input: { percent: 50, text: '装置已到货。', evidence: [{ digest: fileOf('during'), kind: 'DURING' }] },
      ends: ['TRACKED', 'RECTIFYING'],
      event: 'PROGRESS_RECORDED',
      stranger: approver,
      incomplete: { percent: 50, text: '' },
      complaint: ['EMPTY', 'input.text'],
      needsVersion: false,
    }),
  );

  await t.test('apply for verification', () =>
    take({
      act: api.ApplyVerificationDocument,
      by: unit,
      input: made.application,
      ends: ['TRACKED', 'AWAITING_VERIFICATION'],
      event: 'VERIFICATION_APPLIED',
      stranger: clerk,
      incomplete: { ...made.application, evidence: made.application.evidence.slice(1) },
      complaint: ['AFTER_PHOTO_MISSING'],
    }),
  );

  await t.test('verify', () =>
    take({
      act: api.PassVerificationDocument,
      by: inspector,
      input: { inspection: made.inspection },
      ends: ['CLOSED', 'VERIFIED'],
      event: 'VERIFICATION_PASSED',
      stranger: unit,
      incomplete: { inspection: { ...made.inspection, findings: [] } },
      complaint: ['MEASURE_NOT_JUDGED'],
    }),
  );

  await t.test('strike off', async () => {
    const struckOff = await take({
      act: api.StrikeOffHazardDocument,
      by: approver,
      input: { basis: 'RECTIFIED', opinion: '同意销号。' },
      ends: ['CLOSED', 'CLOSED'],
      event: 'HAZARD_STRUCK_OFF',
      stranger: clerk,
      incomplete: { basis: 'RECTIFIED', opinion: '' },
      complaint: ['EMPTY', 'input.opinion'],
    });
    const number = struckOff.hazard?.number;
    assert.ok(number);
    const { closureStatus } = await clerk.ask(api.IsClosedDocument, { number });
    assert.equal(closureStatus?.isClosed, true);
  });

  await t.test('circulate', async () => {
    const number = (await look())?.number;
    assert.ok(number);
    const paperId = newId();
    const input: api.CircularContentInput = {
      title: '关于重大隐患整改情况的通报',
      periodFrom: day(0),
      periodTo: day(0),
      asOf: day(0),
      signatory: approver.name,
      recipients: ['各乡镇人民政府'],
      copies: [],
      sections: ['总体情况。'],
      figures: [{ measure: 'CLOSURE_RATE' }],
      items: [{ hazard: { id: hazardId, number }, kind: 'CLOSURE', text: '已销号。' }],
    };
    const draft = async (by: Person) => {
      const act = { paperId, requestId: newId() };
      return (await by.ask(api.DraftCircularDocument, { act, input })).done;
    };
    assert.equal((await draft(unit)).userErrors[0]?.code, 'PAPER_ROLE');
    const drafted = await draft(clerk);
    assert.deepEqual(drafted.userErrors, []);
    const publish = async (by: Person) => {
      const act = { paperId, requestId: newId(), expectedVersion: drafted.circular?.version };
      return (await by.ask(api.PublishCircularDocument, { act })).done;
    };
    assert.equal((await publish(clerk)).userErrors[0]?.code, 'PAPER_ROLE');
    const published = await publish(approver);
    assert.deepEqual(published.userErrors, []);
    assert.match(published.circular?.document ?? '', /^双安办通〔\d{4}〕\d+号$/);
    assert.deepEqual(
      published.entries.map((entry) => entry.event),
      ['ISSUED', 'CLOSURE_CIRCULATED'],
    );
    assert.equal((await publish(approver)).userErrors[0]?.code, 'PAPER_STALE');
    const hazard = await look();
    assert.deepEqual([hazard?.stage, hazard?.status], ['CIRCULATED', 'CIRCULATED']);
  });

  await t.test('the ledger tells all of it, and nothing else', async () => {
    const hazard = await look();
    assert.deepEqual(
      hazard?.ledger.map((line) => `${line.event} ${line.actor.role}`),
      [
        'HAZARD_REPORTED INSPECTOR',
        'HAZARD_LISTED OFFICE_CLERK',
        'HAZARD_ASSIGNED OFFICE_APPROVER',
        'ORDER_ACKNOWLEDGED UNIT',
        'PLAN_FILED UNIT',
        'PROGRESS_RECORDED UNIT',
        'VERIFICATION_APPLIED UNIT',
        'VERIFICATION_PASSED INSPECTOR',
        'HAZARD_STRUCK_OFF OFFICE_APPROVER',
        'CLOSURE_CIRCULATED OFFICE_APPROVER',
      ],
    );
  });
});
