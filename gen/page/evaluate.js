/*
 * Decisions and the command line: walk.c and argv.c of runtime/lib as JavaScript.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

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
