// What is said at each step: contents with which it would be done.

import { createHash } from 'node:crypto';
import type * as api from './generated/operations.js';
import type { Person } from './person.js';

/** The name of a file, by what is in it: its digest. */
export function fileOf(contents: string): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** All that is cited below, which is sent before. */
export const FILES = ['before', 'receipt', 'during', 'after 1', 'after 2', 'site', 'signature LEADER', 'signature MEMBER'];

/** A day of the county, so many days from today. */
export function day(fromToday: number): string {
  const hours = fromToday * 24 + 8;
  return new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 10);
}

export interface Makings {
  readonly report: api.ReportInput;
  readonly listing: api.ListInput;
  readonly assignment: api.AssignInput;
  readonly receipt: api.AcknowledgeInput;
  readonly plan: api.PlanInput;
  readonly application: api.ApplyVerificationInput;
  readonly inspection: api.InspectionInput;
}

type People = Record<'clerk' | 'unit' | 'inspector', Person>;
type Committees = api.CommitteesQuery['committees'];

/** For a hazard of the unit that one of these people is of, in the care of the inspector's department. */
export function makings(people: People, committees: Committees): Makings {
  const { clerk, unit, inspector } = people;
  const committee = committees.find((one) => one.leadUnit?.id === inspector.unit.id);
  if (committee === undefined) {
    throw new Error(`${inspector.unit.name} leads no committee`);
  }
  const holder: api.HolderInput = {
    unit: unit.unit.id,
    name: unit.unit.name,
    kind: 'ENTERPRISE',
    uscc: '91431123DEMA00064M',
  };
  const party = (of: Person) => ({ unit: of.unit.id, name: of.unit.name, person: of.name });
  const member = (person: Person, role: api.TeamRole): api.TeamMemberInput => ({
    person: person.id,
    name: person.name,
    unit: person.unit.id,
    unitName: person.unit.name,
    role,
    signature: fileOf(`signature ${role}`),
  });
  return {
    report: {
      title: '砂光机除尘风管未设置火花探测消除装置',
      description: '除尘系统与砂光机直连，存在粉尘爆炸危险。',
      township: '431123100',
      place: '砂光车间除尘系统',
      holder,
      source: 'INSPECTION',
      inspection: 'ON_SITE',
      foundOn: day(-1),
      evidence: [{ digest: fileOf('before'), kind: 'BEFORE' }],
    },
    listing: {
      level: 'MAJOR',
      objectKind: 'ACCIDENT_HAZARD',
      basis: {
        standard: {
          name: '工贸企业重大事故隐患判定标准',
          documentNo: '应急管理部令第10号',
          clause: '第十一条第（四）项',
          inForceFrom: '2023-05-15',
          clauseStatus: 'VERIFIED',
        },
      },
      committee: committee.id,
      leadUnit: inspector.unit.id,
      holder,
      category: 'PHYSICAL',
      accidentTypes: ['其他爆炸'],
      industry: '2021',
      recognisedBy: clerk.name,
    },
    assignment: {
      order: '01990000-0000-7000-8000-000000000001',
      terms: {
        parties: { responsible: holder, assigner: party(clerk), coordinator: party(inspector) },
        dueOn: day(60),
        planDueOn: day(10),
        reportEvery: 'MONTHLY',
        requirements: '责令你单位按期完成治理。',
        interimMeasures: '整改期间停用砂光机。',
        signatory: '审批丙（化名）',
      },
    },
    receipt: {
      signedBy: unit.name,
      signing: 'HEAD',
      receivedOn: day(0),
      servedBy: clerk.name,
      receipt: [{ digest: fileOf('receipt'), kind: 'DOCUMENT' }],
    },
    plan: {
      responsibility: { person: unit.name, department: '安全科' },
      measures: [{ text: '安装火花探测消除装置' }, { text: '装置与风机联锁' }],
      funds: { planned: '18.6', source: '企业自筹' },
      endsOn: day(50),
      contingency: { interimMeasures: '停用砂光机。', emergency: '发生火情立即停机、断电、疏散。' },
    },
    application: {
      statement: '两项措施已全部完成。',
      spent: '18.2',
      evidence: [
        { digest: fileOf('after 1'), kind: 'AFTER', measure: 1 },
        { digest: fileOf('after 2'), kind: 'AFTER', measure: 2 },
      ],
    },
    inspection: {
      members: [member(clerk, 'LEADER'), member(inspector, 'MEMBER')],
      onSiteOn: day(0),
      findings: [
        { measure: 1, passed: true },
        { measure: 2, passed: true },
      ],
      opinion: '现场核查，两项措施均已落实，验收合格。',
      evidence: [{ digest: fileOf('site'), kind: 'SITE' }],
    },
  };
}
