/*
 * Hosts evaluated from the compiled tables, the same that programs use, as runtime/ does it. Together with page.js this
 * is the report's script: text.sh puts both into one function, in strict mode.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* ---- the compiled tables: runtime/lib/muster_tables.h --------------------------------------------------------------- */

const MAGIC = 0x7274734d;
const VERSION = 4;
const NONE = 0xffffffff;
const LEAF = 0x80000000;
const GAP = 0x7fffffff;
const UNKNOWN = -(2n ** 63n);
const UNSET = UNKNOWN + 1n;
const GREATEST = 2n ** 63n - 2n;
const VERSION_PART = 0xfffffn;
const NEWEST = (VERSION_PART << 40n) | (VERSION_PART << 20n) | VERSION_PART;

const KINDS = ["bool", "enum", "int", "version", "text", "path"];
const ESCAPES = 0;
const [HAS_EVIDENCE, PROVEN] = [1, 2];
/* An instruction: what it does, flags, and behind OP_SHIFT its operand. A number is what is none of these. */
const [OP_ARGS, OP_WHOLE, OP_STOP, OP_TEXT, OP_FORM, OP_VERSION] = [0, 1, 2, 3, 4, 6];
const [OP_MASK, OP_BEGIN, OP_FORM_BEHIND, OP_SHIFT] = [0x07, 0x08, 0x20, 8];

/*
 * The elements of the sections, in the order in which the head names them. A field is a number of 32 bits; others
 * say so: i64, u64, u16, u8, and text for the offset of one.
 */
const HEAD = "magic version size name:text title:text nFacts nVars nPlain paramsSize mostArguments mostBytes known " +
    "needs reserved fingerprint:u64";
const SECTIONS = {
    types: "lo:i64 hi:i64 kind name:text firstMember nMembers orUnknown reserved",
    members: "name:text text:text title:text",
    inputs: "defaultValue:i64 name:text title:text type source probe:text defaultText:text maxLength pattern " +
        "patternText:text file:text line isParam",
    asked: "lo:i64 hi:i64 input var nCodes firstCut unknown firstWeight",
    cuts: ":i64",
    decisions: "name:text title:text type table var file:text line firstFact nFacts reason:text see:text",
    tables: "firstDecision nDecisions firstRow nRows file:text line",
    rows: "file:text line label:text reason:text see:text tags:text reject:text first",
    decideSteps: "root var table",
    argvSteps: "root var table",
    diagrams: ":u32",
    weights: ":u64",
    lookups: "var shift mask first",
    answers: ":u16",
    chunks: "var map",
    notes: "reason:text see:text tag:text file:text line",
    marks: "at argument:u16 note:u16",
    forms: "input firstEscape nEscapes unit before:text after:text space place file:text line mostUses",
    escapes: "kind stage from:text to:text format:text",
    limits: "input maxLength root words:text",
    warnings: "text:text reason:text see:text file:text line root",
    patterns: "nClasses nStates classes next accept",
    evidence: "row text:text",
    words: ":u32",
    bytes: ":u8",
};
const SIZES = { i64: 8, u64: 8, u32: 4, u16: 2, u8: 1, text: 4 };

class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.little = bytes.length < 4 || this.view.getUint32(0, true) === MAGIC;
        this.decoder = new TextDecoder();
        this.texts = new Map();
    }

    u8(at) { return this.view.getUint8(at); }
    u16(at) { return this.view.getUint16(at, this.little); }
    u32(at) { return this.view.getUint32(at, this.little); }
    i64(at) { return this.view.getBigInt64(at, this.little); }
    u64(at) { return this.view.getBigUint64(at, this.little); }
    text(at) { return this.textAt(this.u32(at)); }

    /* The text at an offset of the section of texts. */
    textAt(offset) {
        if (!this.texts.has(offset)) {
            const begin = this.firstText + offset;
            this.texts.set(offset, this.decode(begin, this.bytes.indexOf(0, begin)));
        }
        return this.texts.get(offset);
    }

    decode(begin, end) { return this.decoder.decode(this.bytes.subarray(begin, end)); }
}

function fieldsOf(layout) {
    let offset = 0;
    const fields = layout.split(" ").map((field) => {
        const [name, kind = "u32"] = field.split(":");
        const place = { name, kind, offset };
        offset += SIZES[kind];
        return place;
    });
    return { fields, size: offset };
}

function readElement(reader, { fields }, at) {
    if (fields[0].name === "")
        return reader[fields[0].kind](at);
    const element = {};
    for (const { name, kind, offset } of fields)
        element[name] = reader[kind](at + offset);
    return element;
}

function readSection(reader, layout, span) {
    const fields = fieldsOf(layout);
    const offset = reader.u32(span);
    const count = reader.u32(span + 4);
    return Array.from({ length: count }, (_, i) => readElement(reader, fields, offset + i * fields.size));
}

/* Everything as objects, with what evaluation looks up often. Throws an Error with words for people. */
function readTables(bytes) {
    const reader = new Reader(bytes);
    const head = fieldsOf(HEAD);
    const names = Object.keys(SECTIONS);
    const textSpan = head.size + 8 * names.length;
    if (bytes.length < textSpan + 8 || reader.u32(0) !== MAGIC)
        throw new Error("The tables in this page are damaged, or of a machine with another order of bytes.");
    if (reader.u32(4) !== VERSION)
        throw new Error("The tables in this page are of another version than the page.");
    reader.firstText = reader.u32(textSpan);
    const rules = readElement(reader, head, 0);
    names.forEach((name, i) => { rules[name] = readSection(reader, SECTIONS[name], head.size + 8 * i); });
    rules.text = (offset) => reader.textAt(offset);
    rules.textPart = (offset, length) => reader.decode(reader.firstText + offset, reader.firstText + offset + length);
    rules.forms.forEach((form) => { form.stages = stagesOf(rules, form); });
    rules.marksAt = groupMarks(rules.marks);
    rules.inputIndex = new Map(rules.inputs.map(({ name }, i) => [name, i]));
    return rules;
}

function groupMarks(marks) {
    const groups = new Map();
    for (const mark of marks) {
        if (!groups.has(mark.at))
            groups.set(mark.at, []);
        groups.get(mark.at).push(mark);
    }
    return groups;
}

/* Neighbours of one stage are one format's, applied together. */
function stagesOf(rules, form) {
    const stages = [];
    for (const escape of rules.escapes.slice(form.firstEscape, form.firstEscape + form.nEscapes)) {
        const last = stages.at(-1);
        if (last && last[0].stage === escape.stage)
            last.push(escape);
        else
            stages.push([escape]);
    }
    return stages;
}

function fromBase64(text) {
    return Uint8Array.from(atob(text.replace(/\s+/g, "")), (letter) => letter.charCodeAt(0));
}

/* ---- values as people write them: runtime/lib/values.c -------------------------------------------------------------- */

class Refused extends Error {
    constructor(words, more = {}) {
        super(words);
        Object.assign(this, more);
    }
}

function typeOf(rules, input) {
    return rules.types[rules.inputs[input].type];
}

function kindOf(type) {
    return KINDS[type.kind];
}

function isText(type) {
    return kindOf(type) === "text" || kindOf(type) === "path";
}

function membersOf(rules, type) {
    return rules.members.slice(type.firstMember, type.firstMember + type.nMembers);
}

function versionText(value) {
    return [value >> 40n, (value >> 20n) & VERSION_PART, value & VERSION_PART].join(".");
}

function valueText(rules, type, value) {
    if (value === UNKNOWN)
        return "unknown";
    if (value === UNSET)
        return "";
    if (type.nMembers > 0)
        return membersOf(rules, type)[Number(value)]?.name ?? "?";
    return kindOf(type) === "version" ? versionText(value) : String(value);
}

function readVersion(text) {
    if (!/^[0-9]+(\.[0-9]+){1,2}$/.test(text))
        return null;
    const [a, b, c = 0n] = text.split(".").map(BigInt);
    return a > VERSION_PART || b > VERSION_PART || c > VERSION_PART ? null : (a << 40n) | (b << 20n) | c;
}

function readNumber(text) {
    if (!/^-?[0-9]+$/.test(text))
        return null;
    const value = BigInt(text);
    return value > GREATEST || value < -GREATEST ? null : value;
}

function readMember(rules, type, text) {
    const index = membersOf(rules, type).findIndex((member) => member.name === text);
    if (index >= 0)
        return BigInt(index);
    if (kindOf(type) === "bool" && (text === "true" || text === "false"))
        return text === "true" ? 1n : 0n;
    return null;
}

function parseValue(rules, input, text) {
    const type = typeOf(rules, input);
    if (type.orUnknown && text === "unknown")
        return UNKNOWN;
    let value = null;
    if (type.nMembers > 0)
        value = readMember(rules, type, text);
    else if (kindOf(type) === "int")
        value = readNumber(text);
    else if (kindOf(type) === "version")
        value = readVersion(text);
    if (value === null || value < type.lo || value > type.hi)
        throw refusedType(rules, input);
    return value;
}

/* ---- refusals in words: runtime/lib/errors.c ------------------------------------------------------------------------ */

function typeWords(rules, type) {
    const unknown = type.orUnknown ? ", or unknown" : "";
    switch (kindOf(type)) {
    case "bool":
        return "yes or no" + unknown;
    case "enum":
        return "one of " + membersOf(rules, type).map((member) => member.name)
            .concat(type.orUnknown ? ["unknown"] : []).join(", ");
    case "int":
        return `a number from ${type.lo} to ${type.hi}${unknown}`;
    case "version":
        return "a version A.B.C" + (type.lo > 0n ? ` from ${versionText(type.lo)}` : "") +
            (type.hi < NEWEST ? ` below ${versionText(type.hi + 1n)}` : "") + unknown;
    default:
        return (kindOf(type) === "path" ? "an absolute path" : "a text") + unknown;
    }
}

function refusedInput(rules, input, words) {
    const declared = rules.inputs[input];
    const what = declared.isParam ? "parameter" : "fact";
    return new Refused(`the ${what} '${declared.name}' ${words}`, { input });
}

function refusedType(rules, input) {
    return refusedInput(rules, input, "must be " + typeWords(rules, typeOf(rules, input)));
}

function refusedFormat(rules, form, words) {
    return refusedInput(rules, form.input, `${words} (used at ${form.file}:${form.line})`);
}

function refusedEscape(rules, form, escape) {
    const names = { " ": "a blank", "\n": "a line break" };
    const what = names[escape.from] ?? `'${escape.from}'`;
    return refusedFormat(rules, form, `holds ${what}, which cannot be written in the format ${escape.format}`);
}

function refusedRow(row) {
    const more = row.reason && row.reason !== row.reject ? row.reason + "; " : "";
    return new Refused(`the rules refuse this host: ${row.reject} (${more}${row.file}:${row.line})`, { row });
}

/* ---- parameters: runtime/lib/params.c ------------------------------------------------------------------------------- */

const encoder = new TextEncoder();

function byteLength(text) {
    return encoder.encode(text).length;
}

function matches(rules, pattern, bytes) {
    let state = 1;
    for (const byte of bytes) {
        state = rules.words[pattern.next + state * pattern.nClasses + rules.bytes[pattern.classes + byte]];
        if (state === 0)
            return false;
    }
    return rules.bytes[pattern.accept + state] !== 0;
}

/* What is wrong with a text, in words; or null. */
function textProblem(rules, input, text) {
    const declared = rules.inputs[input];
    const isPath = kindOf(typeOf(rules, input)) === "path";
    const control = text.search(/[\u0000-\u001f\u007f-\u009f]/);
    const half = text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    if (isPath && text === "")
        return "is empty; it must be an absolute path";
    if (isPath && !text.startsWith("/"))
        return "is not an absolute path; it must begin with /";
    if (control >= 0)
        return `holds a control character at byte ${byteLength(text.slice(0, control)) + 1}`;
    if (half >= 0)
        return `is not valid UTF-8 at byte ${byteLength(text.slice(0, half)) + 1}`;
    const bytes = encoder.encode(text);
    if (bytes.length > declared.maxLength)
        return `is longer than ${declared.maxLength} bytes`;
    if (declared.pattern !== NONE && !matches(rules, rules.patterns[declared.pattern], bytes))
        return `does not match the pattern ${declared.patternText}`;
    return null;
}

/* One format's pass over a text. */
function applyStage(rules, form, stage, text) {
    let out = "";
    for (let at = 0; at < text.length;) {
        const escape = stage.find(({ from }) => text.startsWith(from, at));
        if (escape && escape.kind !== ESCAPES)
            throw refusedEscape(rules, form, escape);
        out += escape ? escape.to : text[at];
        at += escape ? escape.from.length : 1;
    }
    return out;
}

function writeForm(rules, form, text) {
    return form.before + form.stages.reduce((now, stage) => applyStage(rules, form, stage, now), text) + form.after;
}

function writeForms(rules, input, textOf) {
    return new Map(rules.forms.flatMap((form, i) =>
        form.input === input ? [[i, writeForm(rules, form, textOf(form))]] : []));
}

function setText(rules, input, text) {
    const problem = textProblem(rules, input, text);
    if (problem)
        throw refusedInput(rules, input, problem);
    return { value: BigInt(byteLength(text)), forms: writeForms(rules, input, () => text) };
}

function setNumber(rules, input, value) {
    const isVersion = kindOf(typeOf(rules, input)) === "version";
    const broken = rules.forms.find((form) => form.input === input && value % (1n << BigInt(form.unit)) !== 0n);
    if (broken)
        throw refusedFormat(rules, broken, `is not a multiple of ${1n << BigInt(broken.unit)}`);
    const textOf = (form) => isVersion ? versionText(value) : String(value / (1n << BigInt(form.unit)));
    return { value, forms: writeForms(rules, input, textOf) };
}

function noValue(rules, input) {
    return rules.inputs[input].defaultValue === UNKNOWN ? UNKNOWN : UNSET;
}

/* The value of a parameter that nobody gave. */
function defaultParam(rules, input) {
    const { defaultText, defaultValue } = rules.inputs[input];
    if (defaultText)
        return setText(rules, input, defaultText);
    if (defaultValue > UNSET)
        return setNumber(rules, input, defaultValue);
    return { value: noValue(rules, input), forms: new Map() };
}

function givenParam(rules, input, text) {
    if (isText(typeOf(rules, input)))
        return setText(rules, input, text);
    const value = parseValue(rules, input, text);
    if (value === UNKNOWN && noValue(rules, input) === UNKNOWN)
        return { value, forms: new Map() };
    return setNumber(rules, input, value);
}

/* ---- a host: all inputs from what was set ----------------------------------------------------------------------- */

function defaultFact(rules, input) {
    const FROM_CALLER = 2;
    const { defaultValue, source } = rules.inputs[input];
    const type = typeOf(rules, input);
    const isSwitch = source === FROM_CALLER && kindOf(type) === "bool" && !type.orUnknown;
    return defaultValue === UNSET && isSwitch ? 0n : defaultValue;
}

function takeInput(rules, host, input, text) {
    if (input < rules.nFacts) {
        host.values[input] = text === undefined ? defaultFact(rules, input) : parseValue(rules, input, text);
        return;
    }
    const { value, forms } =
        text === undefined ? defaultParam(rules, input) : givenParam(rules, input, text);
    host.values[input] = value;
    forms.forEach((written, form) => { host.forms[form] = written; });
}

/* `settings`: texts by name. What is refused is in `problems`, by input, and counts as not set. */
function readHost(rules, settings) {
    const host = { values: [], forms: rules.forms.map(() => null), problems: new Map() };
    rules.inputs.forEach((declared, input) => {
        try {
            takeInput(rules, host, input, settings[declared.name]);
        } catch (problem) {
            if (!(problem instanceof Refused))
                throw problem;
            host.values[input] = input < rules.nFacts ? UNSET : noValue(rules, input);
            host.problems.set(input, problem.message);
        }
    });
    return host;
}

/* ---- parameters that are not set: runtime/lib/needs.c --------------------------------------------------------------- */

const [NEED_END, NEED_REFUSE, NEED_TABLES, NEED_VALUE, NEED_FORM, NEED_LIMIT, NEED_WHEN] = [0, 1, 2, 4, 5, 6, 7];
const [COND_TEST, COND_NOT, COND_ANY, COND_COUNT] = [0, 1, 3, 4];
const [NEED_MASK, NEED_SHIFT, NEEDS_HEAD, OPEN_ANSWER, OPEN] = [0xff, 8, 2, 0x40000000, -1];

function isOpen(rules, asked, value) {
    return value === UNSET && asked.input >= rules.nFacts && asked.lo > UNSET;
}

function hasOpen(rules, host) {
    return rules.needs !== NONE && rules.asked.some((asked) => isOpen(rules, asked, host.values[asked.input]));
}

/* Decisions, and what must have a value and has none. Conditions answer true, false or, if that is open, null. */
class Needs {
    constructor(rules, host, codes) {
        Object.assign(this, { rules, host, codes: [...codes], refusal: null, wanted: new Set(), written: new Set() });
        this.words = rules.words.slice(rules.needs);
        this.rows = rules.decisions.map(() => null);
        for (const asked of rules.asked)
            if (isOpen(rules, asked, host.values[asked.input]))
                this.codes[asked.var] = OPEN;
        for (let stage = 0; stage < this.words[0]; stage++)
            this.decide(this.stepOf(stage), this.words[NEEDS_HEAD + stage]);
    }

    stepOf(stage) { return this.rules.decideSteps[this.words[1] + stage]; }

    read(at) {
        const [op, count] = [this.words[at] & NEED_MASK, this.words[at] >>> NEED_SHIFT];
        return { op, count, operands: at + 1 + (op === COND_COUNT ? 1 + 2 * this.words[at + 1] : 0) };
    }

    inRanges(at, count, value) {
        for (let i = 0; i < count; i++)
            if (value >= this.words[at + 2 * i] && value <= this.words[at + 2 * i + 1])
                return true;
        return false;
    }

    /* The answer of the condition at a place, and where it ends. */
    weigh(from) {
        const { op, count, operands } = this.read(from);
        if (op === COND_TEST) {
            const code = this.codes[this.words[operands]];
            const answer = code === OPEN ? null : this.inRanges(operands + 1, count, code);
            return { answer, end: operands + 1 + 2 * count };
        }
        const answers = [];
        let end = operands;
        for (let i = 0; i < count; i++) {
            const operand = this.weigh(end);
            answers.push(operand.answer);
            end = operand.end;
        }
        return { answer: this.join(op, answers, from), end };
    }

    join(op, answers, from) {
        const isOpenNow = answers.includes(null);
        if (op === COND_NOT)
            return isOpenNow ? null : !answers[0];
        if (op === COND_COUNT) {
            const least = answers.filter((answer) => answer === true).length;
            const open = answers.filter((answer) => answer === null).length;
            const taken = Array.from({ length: open + 1 }, (_, i) =>
                this.inRanges(from + 2, this.words[from + 1], least + i));
            return taken.every((one) => one === taken[0]) ? taken[0] : null;
        }
        const decisive = op === COND_ANY;
        return answers.includes(decisive) ? decisive : isOpenNow ? null : !decisive;
    }

    /* What a condition without an answer tests and has no value. */
    want(from) {
        const { answer, end } = this.weigh(from);
        const { op, count, operands } = this.read(from);
        if (answer === null && op === COND_TEST)
            this.wanted.add(this.words[operands]);
        for (let i = 0, at = operands; answer === null && op !== COND_TEST && i < count; i++)
            at = this.want(at);
        return end;
    }

    answerOf(root) {
        while (root < LEAF)
            root = this.rules.diagrams[root + 1 + this.codes[this.rules.diagrams[root]] + 1];
        return root - LEAF;
    }

    decide(step, place) {
        if (step.table === NONE) {
            const { answer } = this.weigh(place);
            this.codes[step.var] = answer === null ? OPEN : Number(answer);
            return;
        }
        this.codes.fill(OPEN, step.var, step.var + this.rules.tables[step.table].nDecisions);
        if (this.refusal)
            return;
        const answer = place === NONE ? ask(this.rules, step.root, this.codes) : this.answerOf(place);
        if (answer < OPEN_ANSWER || answer === GAP)
            this.refusal = takeRow(this.rules, step, answer, this.codes, this.rows);
    }

    /* What decisions depend on that are wanted, from the last to the first. */
    wantBehind() {
        for (let stage = this.words[0] - 1; stage >= 0; stage--) {
            const step = this.stepOf(stage);
            const place = this.words[NEEDS_HEAD + stage];
            const count = step.table === NONE ? 1 : this.rules.tables[step.table].nDecisions;
            const isWanted = Array.from({ length: count }, (_, i) => step.var + i).some((one) => this.wanted.has(one));
            if (isWanted && step.table === NONE)
                this.want(place);
            else if (isWanted && place !== NONE)
                this.wantColumns(this.answerOf(place));
        }
    }

    wantColumns(answer) {
        const list = answer - OPEN_ANSWER;
        for (let i = 1; answer !== GAP && list >= 0 && i <= this.words[list]; i++)
            this.wantVariable(this.words[list + i]);
    }

    wantVariable(variable) {
        if (this.codes[variable] === OPEN)
            this.wanted.add(variable);
    }

    /* One need; returns where the next one is, or why the host is refused. */
    takeNeed(op, operand, at) {
        if (op === NEED_VALUE)
            this.wantVariable(operand);
        if (op === NEED_FORM && this.host.values[operand - 1] === UNSET)
            this.written.add(operand);
        if (op !== NEED_REFUSE && op !== NEED_LIMIT && op !== NEED_WHEN)
            return at;
        const isShort = op === NEED_LIMIT && this.host.values[operand] <= BigInt(this.words[at]);
        const from = op === NEED_LIMIT ? at + 1 : at;
        const { answer, end } = this.weigh(from);
        if (!isShort)
            this.want(from);
        if (op === NEED_REFUSE && answer)
            return refusedRow(this.rules.rows[this.rules.tables[operand].firstRow]);
        return op === NEED_WHEN && answer !== true ? end + operand : end;
    }

    /* Takes all needs of the command line; returns why the host is refused, or null. */
    take() {
        for (let at = NEEDS_HEAD + this.words[0]; ;) {
            const [op, operand] = [this.words[at] & NEED_MASK, this.words[at] >>> NEED_SHIFT];
            if (op === NEED_END)
                break;
            if (op === NEED_TABLES && this.refusal)
                return this.refusal;
            at = this.takeNeed(op, operand, at + 1);
            if (typeof at !== "number")
                return at;
        }
        this.wantBehind();
        return null;
    }

    /* All parameters that are missing, if some of them are tested; those that are only written show in the line. */
    missing() {
        const { nFacts, inputs } = this.rules;
        const params = inputs.map((_, i) => i).slice(nFacts);
        if (!params.some((i) => this.wanted.has(i + 1)))
            return [];
        return params.filter((i) => this.wanted.has(i + 1) || this.written.has(i + 1));
    }
}

/* ---- decisions: runtime/lib/walk.c ---------------------------------------------------------------------------------- */

function codeOf(rules, asked, value) {
    if (value === UNKNOWN && asked.unknown)
        return asked.nCodes;
    if (value === UNSET && asked.input < rules.nFacts)
        throw refusedInput(rules, asked.input, "is not set");
    if (isOpen(rules, asked, value))
        return 0; /* Needs tells whether it matters */
    if (value < asked.lo || value > asked.hi)
        throw refusedType(rules, asked.input);
    if (asked.firstCut === NONE)
        return Number(value);
    let code = 0;
    while (code + 1 < asked.nCodes && rules.cuts[asked.firstCut + code] <= value)
        code++;
    return code;
}

function encode(rules, host) {
    const codes = new Array(rules.nVars).fill(0);
    let packed = 0n;
    for (const asked of rules.asked) {
        const code = codeOf(rules, asked, host.values[asked.input]);
        codes[asked.var] = code;
        packed += rules.weights[asked.firstWeight + code];
    }
    return { codes, packed: BigInt.asUintN(64, packed) };
}

/* The answer of one diagram. */
function ask(rules, root, codes) {
    while (root < LEAF)
        root = rules.diagrams[root + 1 + codes[rules.diagrams[root]]];
    return root - LEAF;
}

function gapIn(rules, table) {
    const name = rules.decisions[table.firstDecision].name;
    return new Refused(`no row fits this host in the table of '${name}' at ${table.file}:${table.line}`);
}

/* Stores what a row decides; returns why the host is refused, or null. */
function takeRow(rules, step, answer, codes, rows) {
    const table = rules.tables[step.table];
    if (answer === GAP)
        return gapIn(rules, table);
    const index = table.firstRow + answer;
    const row = rules.rows[index];
    for (let i = 0; i < table.nDecisions; i++)
        rows[table.firstDecision + i] = index;
    if (row.reject)
        return refusedRow(row);
    for (let i = 0; i < table.nDecisions; i++)
        codes[step.var + i] = rules.words[row.first + i];
    return null;
}

/* Goes on after a rejection that stands alone. Returns the first reason why the host is refused, or null. */
function takeSteps(rules, steps, codes, rows) {
    let first = null;
    for (const step of steps) {
        const answer = ask(rules, step.root, codes);
        if (step.table === NONE) {
            codes[step.var] = answer;
            continue;
        }
        const refused = takeRow(rules, step, answer, codes, rows);
        first ??= refused;
        if (refused && rules.tables[step.table].nDecisions > 0)
            break;
    }
    return first;
}

function decide(rules, host) {
    const { codes, packed } = encode(rules, host);
    const rows = rules.decisions.map(() => null);
    if (hasOpen(rules, host)) {
        const needs = new Needs(rules, host, codes);
        const refused = needs.take();
        return { codes: needs.codes, packed, rows: needs.rows, refused, missing: refused ? [] : needs.missing() };
    }
    for (const decision of rules.decisions)
        codes[decision.var] = -1;
    const refused = takeSteps(rules, rules.decideSteps, codes, rows);
    return { codes, packed, rows, refused };
}

/* ---- the command line: runtime/lib/argv.c --------------------------------------------------------------------------- */

function checkLimits(rules, host, codes) {
    for (const limit of rules.limits)
        if (host.values[limit.input] > BigInt(limit.maxLength) && ask(rules, limit.root, codes)) {
            const when = limit.words ? `, the most when ${limit.words}` : "";
            return refusedInput(rules, limit.input, `is longer than ${limit.maxLength} bytes${when}`);
        }
    return null;
}

/* Takes the steps and look-ups; returns why there is no command line, or null. */
function prepare(rules, host, codes, packed) {
    const refused = takeSteps(rules, rules.argvSteps, codes, []);
    if (refused)
        return refused;
    for (const { var: target, shift, mask, first } of rules.lookups)
        codes[target] = rules.answers[first + Number((packed >> BigInt(shift)) & BigInt(mask))];
    return checkLimits(rules, host, codes);
}

/* Puts arguments together. What is not set is written as $name, and is remembered. */
class Line {
    constructor(rules, host) {
        this.rules = rules;
        this.host = host;
        this.argv = [];
        this.incomplete = new Set(); /* arguments */
        this.missing = new Set(); /* inputs */
        this.notes = [];
    }

    form(index) {
        const written = this.host.forms[index];
        if (written !== null)
            return written;
        const form = this.rules.forms[index];
        this.missing.add(form.input);
        this.incomplete.add(this.argv.length - 1);
        return `${form.before}$${this.rules.inputs[form.input].name}${form.after}`;
    }

    piece(op, operand, word) {
        if (op === OP_TEXT)
            return this.rules.textPart(word, operand);
        if (op === OP_FORM)
            return this.form(operand);
        const value = this.host.values[operand];
        return op === OP_VERSION ? versionText(value) : String(value);
    }

    whole(form) {
        this.argv.push("");
        this.argv[this.argv.length - 1] = this.form(form);
    }

    note(at, argument) {
        for (const mark of this.rules.marksAt.get(at) ?? [])
            this.notes.push({ argument: argument + mark.argument, ...this.rules.notes[mark.note] });
    }

    /* One instruction; returns how many words it has. */
    take(at) {
        const { words, text } = this.rules;
        const [op, operand] = [words[at] & OP_MASK, words[at] >>> OP_SHIFT];
        if (op === OP_ARGS) {
            this.note(at, this.argv.length);
            for (let i = 1; i <= operand; i++)
                this.argv.push(text(words[at + i]));
            if (!(words[at] & OP_FORM_BEHIND))
                return 1 + operand;
            this.whole(words[at + 1 + operand]);
            return 2 + operand;
        }
        if (op === OP_WHOLE) {
            this.note(at, this.argv.length);
            this.whole(operand);
            return 1;
        }
        if (words[at] & OP_BEGIN)
            this.argv.push("");
        this.note(at, this.argv.length - 1);
        this.argv[this.argv.length - 1] += this.piece(op, operand, words[at + 1]);
        return op === OP_TEXT ? 2 : 1;
    }

    run(at) {
        while ((this.rules.words[at] & OP_MASK) !== OP_STOP)
            at += this.take(at);
    }
}

function writeLine(rules, host, codes) {
    const line = new Line(rules, host);
    for (const chunk of rules.chunks)
        line.run(rules.words[chunk.map + codes[chunk.var]]);
    return line;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* What is known of a row; nothing where the rules have no evidence at all. */
function describeEvidence(rules, row) {
    if (!(rules.known & HAS_EVIDENCE))
        return {};
    return { proven: (rules.known & PROVEN) !== 0,
             evidence: rules.evidence.filter((known) => known.row === row).map(({ text }) => text) };
}

function describeDecision(rules, decided, index) {
    const decision = rules.decisions[index];
    const code = decided.codes[decision.var];
    const row = code >= 0 && decided.rows[index] !== null ? rules.rows[decided.rows[index]] : null;
    const from = row ?? decision;
    return {
        name: decision.name,
        title: decision.title,
        code,
        value: code < 0 ? null : valueText(rules, rules.types[decision.type], BigInt(code)),
        text: code < 0 ? "" : membersOf(rules, rules.types[decision.type])[code]?.text ?? "",
        file: from.file,
        line: from.line,
        row: row ? row.label : "",
        because: from.reason,
        see: from.see,
        ...(row ? describeEvidence(rules, decided.rows[index]) : {}),
    };
}

function unreached(rules, problem) {
    const decided = { codes: new Array(rules.nVars).fill(-1), rows: rules.decisions.map(() => null) };
    return { decisions: rules.decisions.map((_, i) => describeDecision(rules, decided, i)), warnings: [],
             argv: null, shown: [], incomplete: new Set(), missing: [], remarks: [], refused: problem.message,
             see: "" };
}

/* Where parameters are missing that conditions or columns test, there is no command line to be shown. */
function openHost(rules, decisions, missing) {
    return { decisions, warnings: [], argv: null, shown: [], incomplete: new Set(),
             missing: missing.map((input) => rules.inputs[input].name), remarks: [], refused: null, see: "" };
}

/* Codes of a host that is not refused, with some value for each parameter that is not needed. */
function fillCodes(rules, host) {
    const { codes } = encode(rules, host);
    takeSteps(rules, rules.decideSteps, codes, []);
    return codes;
}

function evaluateHost(rules, host) {
    const decided = decide(rules, host);
    const { packed } = decided;
    const decisions = rules.decisions.map((_, i) => describeDecision(rules, decided, i));
    const refused = decided.refused;
    if (decided.missing?.length > 0)
        return openHost(rules, decisions, decided.missing);
    const codes = decided.missing && !refused ? fillCodes(rules, host) : decided.codes;
    const warnings = refused ? [] : rules.warnings.filter((warning) => ask(rules, warning.root, codes));
    const stopped = refused ?? prepare(rules, host, codes, packed);
    const line = stopped ? new Line(rules, host) : writeLine(rules, host, codes);
    const missing = [...line.missing].sort((a, b) => a - b).map((input) => rules.inputs[input].name);
    return {
        decisions,
        warnings,
        argv: stopped || missing.length > 0 || host.problems.size > 0 ? null : line.argv,
        shown: host.problems.size > 0 ? [] : line.argv,
        incomplete: line.incomplete,
        missing,
        remarks: line.notes,
        refused: stopped ? stopped.message : null,
        see: stopped?.row?.see ?? "",
    };
}

/*
 * What the rules say about a host: `settings` are the texts of facts and parameters by name, as `--set` takes them.
 * `problems` has those that are refused, by name.
 */
function evaluate(rules, settings) {
    const host = readHost(rules, settings);
    const problems = Object.fromEntries([...host.problems].map(([i, words]) => [rules.inputs[i].name, words]));
    try {
        return { ...evaluateHost(rules, host), problems, values: host.values };
    } catch (problem) {
        if (!(problem instanceof Refused))
            throw problem;
        return { ...unreached(rules, problem), problems, values: host.values };
    }
}

/* For the console, and for tests: muster.evaluate(muster.sides[0].rules, {NAME: "VALUE"}). */
const muster = { readTables, fromBase64, evaluate, sides: [] };
