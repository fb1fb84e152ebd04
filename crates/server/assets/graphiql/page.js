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
// What stands in the editors, and how often it was put there: typed words outlast a session that ends and a page that is loaded anew.
const nothing = { query: "", variables: "{}" };
let shown = kept("shown") ?? nothing;
let round = 0;

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
    if (name === "evidence") return names.evidence[which - 1] ?? missing(which);
    return names[name] || whole;
  });
}

// What stands in place of a file that is not sent up yet, until it is.
const missing = (which) => `请先上传第${which}份佐证`;
const withFiles = (variables) => variables.replace(/请先上传第(\d+)份佐证/g, (whole, which) => names.evidence[which - 1] ?? whole);

function tell(text, isWrong = false) {
  element("told").textContent = text;
  element("told").classList.toggle("wrong", isWrong);
}

// Says what is under way, and keeps who is in a hurry from asking for it twice.
async function during(button, text, act) {
  button.disabled = true;
  tell(text);
  try {
    await act();
  } finally {
    button.disabled = false;
  }
}

const json = { "content-type": "application/json", accept: "application/json" };

const UNREACHED = "连接不上服务器，不知道是否办成。请检查网络，恢复后原样再运行一次：操作编号不变，不会重复办理。";

// An answer of the server, or what stands in its place where there is none, in the form of one.
async function answered(request, unreached = UNREACHED) {
  let response;
  try {
    response = await request();
  } catch {
    return { errors: [{ message: unreached }] };
  }
  try {
    const text = await response.text();
    return response.ok && !text ? {} : JSON.parse(text);
  } catch {
    return { errors: [{ message: `服务器没有正常答复（${response.status}），不知道是否办成。请稍后原样再运行一次，不会重复办理。` }] };
  }
}

// What renews the session stays in this page: kept for the tab, it would be in every copy of the tab, and who brings one that was
// used is taken for a thief.
let renewal = null;
let renewing = null;

const RENEW = "mutation Renew($renewal: String!) { renewSession(renewal: $renewal) { token renewal } }";

async function renew() {
  if (!renewal) return false;
  const body = JSON.stringify({ query: RENEW, variables: { renewal } });
  const answer = await answered(() => fetch("/graphql", { method: "POST", headers: json, body }));
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

// What is wrong with an operation before it is sent, for which the server would have other words.
function unready({ query, variables }) {
  if (/^\s*subscription\b/m.test(query)) {
    return "本页不能运行订阅。请以 WebSocket（graphql-transport-ws）或者 SSE 连接 /graphql。";
  }
  const said = JSON.stringify(variables ?? {});
  if (said.includes("{{")) return "内容中还有双花括号的空白。请先按编号办理前面的操作，再点【重新填写】。";
  const file = said.match(/请先上传第\d+份佐证/);
  return file && `${file[0]}：点上方的【上传佐证】，上传后会自动填入。`;
}

// What GraphiQL runs.
async function run(parameters) {
  const why = unready(parameters);
  return why ? { errors: [{ message: why }] } : send(parameters);
}

async function send(parameters, unreached) {
  const request = { method: "POST", headers: json, body: JSON.stringify(parameters) };
  const answer = await answered(() => inSession("/graphql", request), unreached);
  noted(answer.data);
  endedBy(answer);
  return answer;
}

// Where the session is over, whoever sits here has to sign in again; what he has typed stays.
function endedBy(answer) {
  if (answer.errors?.[0]?.extensions?.code !== "SESSION_OVER" || !session) return;
  signedIn(null);
  tell(answer.errors[0].message, true);
}

// Notes what the next operation needs of an answer about the hazard or the circular in hand: its number, and the version that one has seen.
function noted(answer) {
  if (Array.isArray(answer)) return answer.some(noted);
  if (!answer || typeof answer !== "object") return false;
  const isInHand = [names.hazard, names.circular].includes(answer.id);
  if (!isInHand) return Object.values(answer).some(noted);
  names.number = answer.number ?? names.number;
  names.version = answer.version ?? names.version;
  keep("names", names);
  return true;
}

const SIGN_IN = `mutation SignIn($login: String!, $password: String!, $role: Role, $unit: ID, $code: String) {
  signIn(login: $login, password: $password, role: $role, unit: $unit, code: $code) {
    token renewal viewer { role person { name } unit { id name } posts { role unit { id name } } }
  }
}`;

async function signIn() {
  const fields = ["login", "password", "role", "unit", "code"];
  const variables = Object.fromEntries(fields.map((field) => [field, element(field).value || null]));
  // Whoever signs in anew is not asked for by the session that he had.
  session = null;
  const answer = await send({ query: SIGN_IN, variables }, "连接不上服务器，没有登录。请检查网络后再试。");
  const opened = answer.data?.signIn;
  if (!opened) {
    const why = answer.errors?.[0];
    element("coded").hidden &&= why?.extensions?.code !== "SECOND_FACTOR_NEEDED";
    tell(why?.message ?? "登录失败，请重试。", true);
    element(element("coded").hidden ? "password" : "code").focus();
    return;
  }
  const { token, viewer } = opened;
  renewal = opened.renewal;
  const post = ({ role, unit }) => [roles[role] ?? role, unit?.name].filter(Boolean).join(" · ");
  const who = [viewer.person?.name, post(viewer)].filter(Boolean).join(" · ");
  const others = viewer.posts.map(post).filter((other) => other !== post(viewer));
  offerUnits(viewer.posts);
  signedIn({ token, who, login: variables.login, role: viewer.role, key: newId() });
  const also = others.length ? `您另有岗位：${others.join("；")}。以该岗位办理的，请退出后选择岗位和单位重新登录。` : "";
  tell(`已登录。${also}到期自动续期；重新载入本页的，15分钟内有效。${hint()}`);
  element("sign-out").focus();
}

// Who has posts in several units chooses among them when he signs in again.
function offerUnits(posts) {
  const units = new Map(posts.filter(({ unit }) => unit).map(({ unit }) => [unit.id, unit.name]));
  const options = [...units].map(([id, name]) => new Option(name, id));
  element("unit").replaceChildren(new Option("单位（默认）", ""), ...options);
  element("unit").hidden = units.size < 2;
}

async function signOut() {
  const answer = await send({ query: "mutation SignOut { signOut }" });
  signedIn(null);
  if (!shown.query) show();
  const isOver = answer.data || answer.errors?.[0]?.extensions?.code === "SESSION_OVER";
  tell(isOver ? "已退出。" : "本页已退出；服务器没有答复，那里的登录最迟在到期时失效。", !isOver);
  element("login").focus();
}

function signedIn(opened) {
  session = opened;
  if (!session) renewal = null;
  keep("session", session);
  // Nobody signs in again with what somebody else has typed.
  element("password").value = element("code").value = "";
  element("coded").hidden = true;
  element("sign-in").hidden = Boolean(session);
  element("signed-in").hidden = !session;
  element("who").textContent = session?.who ?? "";
  if (!session && isSecret()) shown = nothing;
  draw();
}

async function upload() {
  // Browsers compute digests on pages alone that nobody could have changed on the way.
  if (!crypto.subtle) {
    tell("本页不是通过 https 打开的，浏览器不能计算文件的校验值，不能上传。请改用 https 地址打开本页。", true);
    return;
  }
  // A browser tells of a file once as long as it stands here, and what was not sent is chosen again.
  const files = [...element("files").files];
  element("files").value = "";
  for (const file of files) {
    const bytes = await file.arrayBuffer().catch(() => null);
    if (!bytes) {
      tell(`${file.name}：读不出这个文件，没有上传。请确认它还在原处，再选一次。`, true);
      return;
    }
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const digest = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const sent = () => inSession(`/evidence/${digest}`, { method: "PUT", body: bytes });
    const answer = await answered(sent, "连接不上服务器，没有上传。请检查网络后再传一次。");
    if (answer.errors) {
      endedBy(answer);
      tell(`${file.name}：${answer.errors[0].message}`, true);
      return;
    }
    if (!names.evidence.includes(digest)) names.evidence.push(digest);
    keep("names", names);
  }
  counted();
  put(shown.query, withFiles(shown.variables));
  tell(`上传完成。${hint()}`);
}

function counted() {
  element("evidence").textContent = `已上传${names.evidence.length}份`;
}

// As whom one signs in for the chosen operation.
function asWhom() {
  const { query } = operations[element("operation").selectedIndex];
  const [, login, role = ""] = query.match(/（登录：([\w-]+)(?:，岗位：(\w+))?）/);
  return { login, role };
}

// What is to be done before the chosen operation can be run; nothing where whoever does it has signed in.
function hint() {
  const { login, role } = asWhom();
  if (session?.login === login && (!role || session.role === role)) return "";
  const post = role ? `，岗位选“${roles[role]}”` : "";
  return `此操作由 ${login} 办理${post}；${session ? "请先退出再以该账号登录。" : "请在上方登录。"}`;
}

// Shows the chosen operation, filled in.
function show() {
  const chosen = operations[element("operation").selectedIndex];
  keep("chosen", element("operation").selectedIndex);
  put(chosen.query, filled(chosen.variables));
  greet();
}

function greet() {
  const { login, role } = asWhom();
  if (hint() && !session) {
    if (element("login").value !== login) offerUnits([]);
    element("login").value = login;
    element("role").value = role;
  }
  tell(hint());
}

// Puts this into the editors, whatever stood there.
function put(query, variables) {
  shown = { query, variables };
  keepShown();
  round += 1;
  draw();
}

function typed(part) {
  return (text) => {
    shown = { ...shown, [part]: text };
    keepShown();
  };
}

// A password that is typed into an operation is for nobody who sits here later.
const isSecret = () => /password/i.test(shown.query + shown.variables);

function keepShown() {
  keep("shown", isSecret() ? nothing : shown);
}

const root = ReactDOM.createRoot(element("graphiql"));

// Drawn anew for every session, because the schema is asked for again by whoever has just signed in, and where something is put into
// the editors.
function draw() {
  const own = {
    key: `${session?.key ?? "nobody"} ${round}`, fetcher: run, ...shown, storage: nowhere, shouldPersistHeaders: false,
    isHeadersEditorEnabled: false, onEditQuery: typed("query"), onEditVariables: typed("variables"),
  };
  if (!session) own.schema = null;
  root.render(React.createElement(GraphiQL, own));
}

// Who has no mouse leaves an editor by Tab, and hears which one he is in.
function reached(editor) {
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  const of = (selector) => editor.getWrapperElement().closest(selector);
  const name = of(".graphiql-query-editor") ? "操作" : of(".graphiql-response") ? "答复" : "填报的内容（Variables）";
  editor.getInputField().setAttribute("aria-label", name);
}

new MutationObserver(() => {
  for (const { CodeMirror: editor } of element("graphiql").querySelectorAll(".CodeMirror:not([data-reached])")) {
    editor.getWrapperElement().dataset.reached = "";
    reached(editor);
  }
}).observe(element("graphiql"), { childList: true, subtree: true });

// What GraphiQL would keep of earlier tabs stays out of the way of the operation that is chosen.
const nowhere = { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };

let operations = [];

async function begin() {
  try {
    operations = await (await fetch(`${base}operations.json`)).json();
  } catch {
    tell("连接不上服务器，现成操作没有取到。请检查网络后重新载入本页。", true);
    return;
  }
  for (const { query } of operations) {
    element("operation").add(new Option(query.match(/^# (.*?)（/)[1]));
  }
  for (const [role, name] of Object.entries(roles)) {
    element("role").add(new Option(name, role));
  }
  element("operation").addEventListener("change", show);
  element("again").addEventListener("click", show);
  element("another").addEventListener("click", () => {
    names = anotherHazard();
    element("operation").selectedIndex = 0;
    counted();
    show();
  });
  element("files").addEventListener("change", () => during(element("files"), "正在上传……", upload));
  element("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    during(element("enter"), "正在登录……", signIn);
  });
  element("login").addEventListener("input", () => offerUnits([]));
  element("sign-out").addEventListener("click", () => during(element("sign-out"), "正在退出……", signOut));
  signedIn(session);
  counted();
  // What was chosen may be gone, where the program has become another.
  const chosen = kept("chosen");
  element("operation").selectedIndex = operations[chosen] ? chosen : 0;
  if (!operations[chosen] || !shown.query) show();
  else greet();
}

begin();
