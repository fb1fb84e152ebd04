// The page around GraphiQL: signs in, and offers operations that are ready to be run.
"use strict";

const base = document.currentScript.src.replace(/[^/]*$/, "");
const element = (id) => document.getElementById(id);
const roles = {
  TOWNSHIP: "乡镇", INSPECTOR: "检查人员", LEAD: "牵头责任单位", UNIT: "责任单位", OFFICE_CLERK: "安委办经办人",
  OFFICE_APPROVER: "安委办审批人", COMMISSION_SIGNER: "安委会签发人", AUDITOR: "工作专班（只读）", INTAKE: "举报受理岗",
};

// What is kept, is kept for this tab alone.
const kept = (name) => JSON.parse(sessionStorage.getItem(`xiaohao:${name}`) ?? "null");
const keep = (name, value) => sessionStorage.setItem(`xiaohao:${name}`, JSON.stringify(value));

let session = kept("session");
let names = kept("names") ?? anotherHazard();
let shown = { query: "", variables: "{}" };

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function anotherHazard() {
  const made = { hazard: newId(), order: newId(), circular: newId(), number: "", version: null, evidence: [] };
  keep("names", made);
  return made;
}

// A day of the county, so many days from today.
function day(from) {
  const at = new Date(Date.now() + from * 86400000);
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(at);
}

// Fills in what stands in double braces.
function filled(variables) {
  const numbers = variables.replace('"{{version}}"', (whole) => names.version ?? whole);
  return numbers.replace(/\{\{(\w+)(?:\.(\d+))?(?:\+(\d+))?\}\}/g, (whole, name, which, days) => {
    if (name === "today") return day(Number(days ?? 0));
    if (name === "request") return newId();
    if (name === "evidence") return names.evidence[which - 1] ?? `请先上传第${which}份佐证`;
    return names[name] || whole;
  });
}

function tell(text, isWrong = false) {
  element("told").textContent = text;
  element("told").classList.toggle("wrong", isWrong);
}

const json = { "content-type": "application/json", accept: "application/json" };

// What renews the session stays in this page: kept for the tab, it would be in every copy of the tab, and who brings one that was
// used is taken for a thief.
let renewal = null;
let renewing = null;

const RENEW = "mutation Renew($renewal: String!) { renewSession(renewal: $renewal) { token renewal } }";

async function renew() {
  if (!renewal) return false;
  const body = JSON.stringify({ query: RENEW, variables: { renewal } });
  const answer = await (await fetch("/graphql", { method: "POST", headers: json, body })).json();
  const next = answer.data?.renewSession;
  if (!next) return false;
  renewal = next.renewal;
  session = { ...session, token: next.token };
  keep("session", session);
  return true;
}

// Sends something in the session; where that is over it is renewed, once for all who hear of it at the same time, and the same is
// sent again: nothing was done yet.
async function inSession(path, request) {
  const asked = () => fetch(path, {
    ...request, headers: { ...request.headers, ...(session && { authorization: `Bearer ${session.token}` }) },
  });
  const by = session;
  const response = await asked();
  const isOver = (await response.clone().text()).includes('"code":"SESSION_OVER"');
  if (!by || !isOver) return response;
  if (session === by) {
    renewing ??= renew().finally(() => { renewing = null; });
    await renewing;
  }
  return session && session !== by ? asked() : response;
}

async function send(parameters) {
  const response = await inSession("/graphql", { method: "POST", headers: json, body: JSON.stringify(parameters) });
  const text = await response.text();
  noted(text);
  const answer = JSON.parse(text);
  if (answer.errors?.[0]?.extensions?.code === "SESSION_OVER") {
    signedIn(null);
    tell(answer.errors[0].message, true);
  }
  return answer;
}

// Notes what the next operation needs of an answer: the number of the hazard, and the version that one has seen.
function noted(text) {
  if (!text.includes(names.hazard) && !text.includes(names.circular)) return;
  names.number = text.match(/"number":"([^"]+)"/)?.[1] ?? names.number;
  names.version = text.match(/"version":(\d+)/)?.[1] ?? names.version;
  keep("names", names);
}

const SIGN_IN = `mutation SignIn($login: String!, $password: String!, $role: Role) {
  signIn(login: $login, password: $password, role: $role) {
    token renewal viewer { role person { name } unit { name } posts { role unit { name } } }
  }
}`;

async function signIn(event) {
  event.preventDefault();
  const variables = { login: element("login").value, password: element("password").value, role: element("role").value || null };
  session = null;
  const answer = await send({ query: SIGN_IN, variables });
  if (!answer.data?.signIn) {
    tell(answer.errors?.[0]?.message ?? "登录失败，请重试。", true);
    return;
  }
  const { token, viewer } = answer.data.signIn;
  ({ renewal } = answer.data.signIn);
  const post = ({ role, unit }) => [roles[role] ?? role, unit?.name].filter(Boolean).join(" · ");
  const who = [viewer.person?.name, post(viewer)].filter(Boolean).join(" · ");
  const others = viewer.posts.map(post).filter((other) => other !== post(viewer));
  signedIn({ token, who, login: variables.login, key: newId() });
  const also = others.length ? `您另有岗位：${others.join("；")}。以该岗位办理的，请退出后选择岗位重新登录；同一岗位分属几个单位的，用 signIn 的 unit 指定单位。` : "";
  tell(`已登录。${also}到期自动续期；重新载入本页的，15分钟内有效。`);
}

async function signOut() {
  await send({ query: "mutation SignOut { signOut }" });
  signedIn(null);
  tell("已退出。");
}

function signedIn(opened) {
  session = opened;
  if (!session) renewal = null;
  keep("session", session);
  element("sign-in").hidden = Boolean(session);
  element("signed-in").hidden = !session;
  element("who").textContent = session?.who ?? "";
  draw();
}

async function upload(event) {
  for (const file of event.target.files) {
    const bytes = await file.arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const digest = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const response = await inSession(`/evidence/${digest}`, { method: "PUT", body: bytes });
    if (!response.ok) {
      const answer = await response.json();
      tell(`${file.name}：${answer.errors[0].message}`, true);
      return;
    }
    names.evidence.push(digest);
    keep("names", names);
  }
  event.target.value = "";
  counted();
  show();
}

function counted() {
  element("evidence").textContent = `已上传${names.evidence.length}份`;
}

// Shows the chosen operation, and as whom one signs in for it.
function show() {
  const chosen = operations[element("operation").selectedIndex];
  const [, login, role] = chosen.query.match(/（登录：([\w-]+)(?:，岗位：(\w+))?）/);
  shown = { query: chosen.query, variables: filled(chosen.variables) };
  if (session?.login !== login) {
    element("login").value = login;
    element("role").value = role ?? "";
    tell(`此操作由 ${login} 办理${role ? `，岗位选“${roles[role]}”` : ""}；${session ? "请先退出再以该账号登录。" : "请在右上角登录。"}`);
  } else {
    tell("");
  }
  draw();
}

const root = ReactDOM.createRoot(element("graphiql"));

// Drawn anew for every session: the schema is asked for again by whoever has just signed in.
function draw() {
  const own = { key: session?.key ?? "nobody", fetcher: send, ...shown, storage: nowhere, shouldPersistHeaders: false };
  if (!session) own.schema = null;
  root.render(React.createElement(GraphiQL, own));
}

// What GraphiQL would keep of earlier tabs stays out of the way of the operation that is chosen.
const nowhere = { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };

let operations = [];

async function begin() {
  operations = await (await fetch(`${base}operations.json`)).json();
  for (const { query } of operations) {
    element("operation").add(new Option(query.match(/^# (.*?)（/)[1]));
  }
  for (const [role, name] of Object.entries(roles)) {
    element("role").add(new Option(name, role));
  }
  element("operation").addEventListener("change", show);
  element("another").addEventListener("click", () => {
    names = anotherHazard();
    element("operation").selectedIndex = 0;
    counted();
    show();
  });
  element("files").addEventListener("change", upload);
  element("sign-in").addEventListener("submit", signIn);
  element("sign-out").addEventListener("click", signOut);
  signedIn(session);
  counted();
  show();
}

begin();
